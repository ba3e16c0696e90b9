// Grants: what each plugin may reach and use, which it gets only if its manifest asks for it too.
import { useInfiniteQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import { grantsQuery } from '../../data/access-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { slipway } from '../../data/shell.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { NewGrant } from './new-grant.tsx';

type Grant = Schemas['Grant'];

export function GrantsPage() {
  const query = useInfiniteQuery(grantsQuery);
  if (query.error && !query.data) throw query.error;
  const grants = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Grants" actions={<NewGrant />} />
      {grants?.length === 0 ? (
        <Empty command="slipway grants give my_plugin --network api.example.com">
          No plugin is granted anything yet: none reaches a host or reads a secret.
        </Empty>
      ) : (
        <GrantTable grants={grants} />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway grants list" path="/v1/grants" />
    </>
  );
}

function GrantTable({ grants }: { grants: Grant[] | undefined }) {
  const { data: namespaces } = useSuspenseQuery(namespacesQuery);
  const names = new Map(namespaces.results.map(({ namespace_id, namespace_name }) => [namespace_id, namespace_name]));
  const columns: Column<Grant>[] = [
    {
      id: 'plugin',
      title: 'Plugin',
      sortBy: ({ plugin }) => plugin,
      cell: ({ plugin, kind, namespace_id }) => (
        <>
          {plugin} <span className="kind">{kind}</span>{' '}
          <span className="quiet">
            {namespace_id === null ? 'of the organization' : (names.get(namespace_id) ?? namespace_id)}
          </span>
        </>
      ),
    },
    {
      id: 'may',
      title: 'Granted',
      kind: 'varies',
      hidden: 'below-600',
      cell: ({ permissions }) => listPermissions(permissions).join(' · '),
    },
    {
      id: 'by',
      title: 'Granted by',
      hidden: 'below-900',
      cell: ({ granted_by }) => <Actor actor={granted_by} />,
    },
    {
      id: 'changed',
      title: 'Changed',
      kind: 'time',
      hidden: 'below-900',
      sortBy: ({ updated_at }) => updated_at,
      cell: ({ updated_at }) => <Time at={updated_at} />,
    },
    { id: 'actions', title: 'Actions', cell: (grant) => <Revoke grant={grant} /> },
  ];
  return (
    <Table
      caption="What plugins are granted"
      columns={columns}
      rows={grants}
      keyOf={({ kind, namespace_id, plugin }) => `${kind} ${namespace_id} ${plugin}`}
    />
  );
}

function Revoke({ grant: { plugin, kind, namespace_id } }: { grant: Grant }) {
  const queries = useQueryClient();
  const query = { plugin, kind, ...(namespace_id && { namespace: namespace_id }) };
  const revoke = async () => {
    await api.delete('/v1/grants', { query });
    await queries.invalidateQueries({ queryKey: ['grants'] });
    say(`${plugin} is granted nothing now.`);
  };
  return (
    <TypedConfirmation
      label="Revoke"
      title={`Revoke what ${plugin} is granted`}
      name={plugin}
      act={revoke}
      command={() => ({
        cli: slipway(['grants', 'revoke', plugin], {
          kind,
          org: kind === 'extractor' && namespace_id === null,
          namespace: namespace_id,
          yes: true,
        }),
        path: '/v1/grants',
        query,
        method: 'DELETE',
      })}
    >
      <p>
        What is live keeps what it was started with until its next start. Versions that ask for it can't be deployed.
        Granting it again undoes it.
      </p>
    </TypedConfirmation>
  );
}

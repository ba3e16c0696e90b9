// The secrets of a namespace: their names, and when each got its value. Values go in, and never out.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { secretsQuery } from '../../data/access-queries.ts';
import { api, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { useWaitingPlugins } from '../../data/waiting-plugins.ts';
import { Actor } from '../../parts/actor.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { say } from '../../parts/toasts/toasts.tsx';
import { TypedConfirmation } from '../../parts/typed-confirmation.tsx';
import { SecretState } from './secret-state.tsx';
import { SetSecret } from './set-secret.tsx';

type Secret = Schemas['Secret'];

export function SecretsPage() {
  const { namespace } = useParams({ from: '/signed-in/n/$namespace/secrets' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('namespaces:admin');
  const query = useInfiniteQuery(secretsQuery(namespace));
  const waiting = useWaitingPlugins(namespace);
  if (query.error && !query.data) throw query.error;
  const secrets = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Secrets" actions={mayChange && <SetSecret namespace={namespace} />} />
      {secrets?.length === 0 ? (
        <Empty command="slipway secrets set OPENAI_API_KEY">
          No secrets yet. A plugin reads a secret if its manifest asks for it and the plugin is granted it.
        </Empty>
      ) : (
        <Table
          caption="Secrets, by name"
          columns={[...columnsIn(namespace, waiting), ...(mayChange ? [actionsIn(namespace)] : [])]}
          rows={secrets}
          keyOf={({ name }) => name}
        />
      )}
      <MoreRows query={query} />
      <AsCommand cli="slipway secrets list" path={`/v1/namespaces/${namespace}/secrets`} />
    </>
  );
}

const columnsIn = (namespace: string, waiting: ReturnType<typeof useWaitingPlugins>): Column<Secret>[] => [
  { id: 'name', title: 'Name', kind: 'varies', sortBy: ({ name }) => name, cell: ({ name }) => <code>{name}</code> },
  {
    id: 'state',
    title: 'State',
    cell: (secret) => <SecretState namespace={namespace} secret={secret} waiting={waiting.get(secret.name)} />,
  },
  {
    id: 'by',
    title: 'Set by',
    hidden: 'below-900',
    cell: ({ updated_by }) => <Actor actor={updated_by} />,
  },
  {
    id: 'set',
    title: 'Set',
    kind: 'time',
    hidden: 'below-600',
    sortBy: ({ updated_at }) => updated_at,
    cell: ({ updated_at }) => <Time at={updated_at} />,
  },
];

function actionsIn(namespace: string): Column<Secret> {
  return {
    id: 'actions',
    title: 'Actions',
    cell: ({ name }) => (
      <span className="actions">
        <SetSecret namespace={namespace} name={name} isSet />
        <Delete namespace={namespace} name={name} />
      </span>
    ),
  };
}

function Delete({ namespace, name }: { namespace: string; name: string }) {
  const queries = useQueryClient();
  const remove = async () => {
    const path = { namespace_id: namespace, name };
    await api.delete('/v1/namespaces/{namespace_id}/secrets/{name}', { path });
    await queries.invalidateQueries({ queryKey: ['namespace', namespace, 'secrets'] });
    say(`${name} is deleted.`);
  };
  return (
    <TypedConfirmation
      label="Delete"
      title={`Delete ${name}`}
      name={name}
      act={remove}
      command={() => ({
        cli: slipway(['secrets', 'delete', name], { namespace, yes: true }),
        path: `/v1/namespaces/${namespace}/secrets/${name}`,
        method: 'DELETE',
      })}
    >
      <p>Its value cannot be restored. A secret that a live version asks for is not deleted.</p>
    </TypedConfirmation>
  );
}

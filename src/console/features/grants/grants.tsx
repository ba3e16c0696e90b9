// Grants: what each plugin may reach and use. The plugin must also ask for it in its manifest.
import { useInfiniteQuery } from '@tanstack/react-query';
import { listPermissions } from '../../../contract/plugin/permission-text.ts';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, timeColumn, useNamespaceNames } from '../../parts/columns.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import type { Column } from '../../parts/table.tsx';
import NewGrant from './new-grant.tsx';
import { grantsQuery } from './queries.ts';

type Grant = Schemas['Grant'];

export function GrantsPage() {
  return (
    <ResourcePage
      title="Grants"
      actions={<NewGrant />}
      query={useInfiniteQuery(grantsQuery)}
      empty={{
        text: "No grants yet. Without one, plugins can't reach hosts or read secrets.",
        command: 'slipway grants give my_plugin --network api.example.com',
      }}
      caption="Plugin grants"
      columns={columns}
      keyOf={({ kind, namespace_id, plugin }) => `${kind} ${namespace_id} ${plugin}`}
      command={{ cli: 'slipway grants list', path: '/v1/grants' }}
    />
  );
}

const columns: Column<Grant>[] = [
  { id: 'plugin', title: 'Plugin', sortBy: ({ plugin }) => plugin, cell: (grant) => <Granted grant={grant} /> },
  {
    id: 'may',
    title: 'Granted',
    kind: 'varies',
    hidden: 'below-600',
    cell: ({ permissions }) => listPermissions(permissions).join(' · '),
  },
  actorColumn('Granted by', ({ granted_by }) => granted_by),
  timeColumn('changed', 'Changed', ({ updated_at }) => updated_at, 'below-900'),
  { id: 'actions', title: 'Actions', cell: (grant) => <Revoke grant={grant} /> },
];

function Granted({ grant: { plugin, kind, namespace_id } }: { grant: Grant }) {
  const names = useNamespaceNames();
  return (
    <>
      {plugin} <span className="kind">{kind}</span>{' '}
      <span className="quiet">
        {namespace_id === null ? 'of the organization' : (names.get(namespace_id) ?? namespace_id)}
      </span>
    </>
  );
}

function Revoke({ grant: { plugin, kind, namespace_id } }: { grant: Grant }) {
  const query = { plugin, kind, ...(namespace_id && { namespace: namespace_id }) };
  const org = kind === 'extractor' && namespace_id === null;
  return (
    <ActionDialog
      label="Revoke"
      title={`Revoke the grant of ${plugin}`}
      typed={plugin}
      request={() => apiRequest('delete', '/v1/grants', { query })}
      cli={() => slipway(['grants', 'revoke', plugin], { kind, org, namespace: namespace_id, yes: true })}
      changes={[['grants']]}
      said={() => `The grant of ${plugin} is revoked.`}
    >
      <p>
        Running instances keep their permissions until the next start. Versions that ask for them can't be deployed. A
        new grant restores them.
      </p>
    </ActionDialog>
  );
}

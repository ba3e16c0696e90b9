// A namespace's secrets: their names, and when each was last set. Values are write-only.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { apiRequest, type Schemas } from '../../data/api.ts';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, timeColumn } from '../../parts/columns.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import type { Column } from '../../parts/table.tsx';
import { secretsQuery } from './queries.ts';
import { SecretState, SetSecret } from './set-secret.tsx';
import { useWaitingPlugins } from './waiting-plugins.ts';

type Secret = Schemas['Secret'];

export function SecretsPage() {
  const { namespace } = useParams({ from: '/signed-in/n/$namespace/secrets' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('namespaces:admin');
  const waiting = useWaitingPlugins(namespace);
  return (
    <ResourcePage
      title="Secrets"
      actions={mayChange && <SetSecret namespace={namespace} />}
      query={useInfiniteQuery(secretsQuery(namespace))}
      empty={{
        text: 'No secrets yet. A plugin reads a secret if its manifest asks for it and a grant allows it.',
        command: 'slipway secrets set OPENAI_API_KEY',
      }}
      caption="Secrets, by name"
      columns={[...columnsIn(namespace, waiting), ...(mayChange ? [actionsIn(namespace)] : [])]}
      keyOf={({ name }) => name}
      command={{ cli: 'slipway secrets list', path: `/v1/namespaces/${namespace}/secrets` }}
    />
  );
}

const columnsIn = (namespace: string, waiting: ReturnType<typeof useWaitingPlugins>): Column<Secret>[] => [
  { id: 'name', title: 'Name', kind: 'varies', sortBy: ({ name }) => name, cell: ({ name }) => <code>{name}</code> },
  {
    id: 'state',
    title: 'State',
    cell: (secret) => <SecretState namespace={namespace} secret={secret} waiting={waiting.get(secret.name)} />,
  },
  actorColumn('Set by', ({ updated_by }) => updated_by),
  timeColumn('set', 'Set', ({ updated_at }) => updated_at, 'below-600'),
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
  const path = { namespace_id: namespace, name };
  return (
    <ActionDialog
      label="Delete"
      title={`Delete ${name}`}
      typed={name}
      request={() => apiRequest('delete', '/v1/namespaces/{namespace_id}/secrets/{name}', { path })}
      cli={() => slipway(['secrets', 'delete', name], { namespace, yes: true })}
      changes={[['namespace', namespace, 'secrets']]}
      said={() => `${name} is deleted.`}
    >
      <p>Its value cannot be restored. A secret that a live version asks for can't be deleted.</p>
    </ActionDialog>
  );
}

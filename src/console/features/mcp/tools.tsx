// Connects agents to a namespace's plugins, and lists its sets of tools.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { slipway } from '../../data/shell.ts';
import { ActionDialog } from '../../parts/actions/action.tsx';
import { actorColumn, timeColumn } from '../../parts/columns.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Status } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { Connect } from './connect.tsx';
import { Proposal } from './proposals.tsx';
import { type ToolSet, toolSetsQuery } from './queries.ts';
import { SetDialog } from './set-dialog.tsx';
import { removeSet } from './set-requests.ts';

export function ToolsPage() {
  const { namespace } = useParams({ from: '/signed-in/n/$namespace/tools' });
  const { key } = useRouteContext({ from: '/signed-in' });
  const mayChange = key.scopes.includes('plugins:deploy');
  const query = useInfiniteQuery(toolSetsQuery(namespace));
  const sets = query.data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <ResourcePage
      title="Connect an agent"
      actions={mayChange && <SetDialog namespace={namespace} names={sets.map(({ name }) => name)} />}
      note={
        <>
          <Connect namespace={namespace} sets={sets} />
          {sets.map(
            ({ name, pending }) =>
              pending && <Proposal key={name} namespace={namespace} name={name} proposal={pending} />,
          )}
          <h2>Sets of tools</h2>
        </>
      }
      query={query}
      empty={{
        text: 'No sets yet. With a set, an agent sees only the plugins that you choose, with the names, words and fixed parameters that you give them.',
        command: 'slipway tools set research --plugin my_plugin',
      }}
      caption="Sets of tools, by name"
      columns={mayChange ? [...columns, actionsIn(namespace)] : columns}
      keyOf={({ name }) => name}
      command={{ cli: 'slipway tools list', path: `/v1/namespaces/${namespace}/tool-sets` }}
    />
  );
}

const columns: Column<ToolSet>[] = [
  {
    id: 'name',
    title: 'Name',
    kind: 'name',
    sortBy: ({ name }) => name,
    cell: ({ name, pending, requires_approval }) => (
      <>
        {name} {requires_approval && <Status tone="quiet">Approved versions only</Status>}{' '}
        {pending && <Status tone="warning">Waits for approval</Status>}
      </>
    ),
  },
  {
    id: 'tools',
    title: 'Tools',
    kind: 'figure',
    sortBy: ({ tools }) => tools.length,
    cell: ({ tools }) => <span className="tool-count">{tools.length}</span>,
  },
  {
    id: 'description',
    title: 'Description',
    kind: 'varies',
    hidden: 'below-600',
    cell: ({ description }) => (
      <span className="set-description" dir="auto">
        {visible(description ?? '')}
      </span>
    ),
  },
  actorColumn('Changed by', ({ updated_by }) => updated_by),
  timeColumn('changed', 'Changed', ({ updated_at }) => updated_at, 'below-600'),
];

function actionsIn(namespace: string): Column<ToolSet> {
  return {
    id: 'actions',
    title: 'Actions',
    cell: (set) => (
      <span className="actions">
        <SetDialog namespace={namespace} set={set} />
        <Delete namespace={namespace} name={set.name} />
      </span>
    ),
  };
}

function Delete({ namespace, name }: { namespace: string; name: string }) {
  return (
    <ActionDialog
      label="Delete"
      of={name}
      title={`Delete ${name}`}
      typed={name}
      request={() => removeSet(namespace, name)}
      cli={() => slipway(['tools', 'delete', name], { namespace, yes: true })}
      changes={[['namespace', namespace, 'tool-sets']]}
      said={() => `${name} is deleted.`}
    >
      <p>Agents that use its URL lose their tools. The plugins stay as they are.</p>
    </ActionDialog>
  );
}

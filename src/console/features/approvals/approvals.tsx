// Versions that wait for approval: who published each, from what, and, for the chosen one, what changed.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Actor } from '../../parts/actor.tsx';
import { timeColumn } from '../../parts/columns.tsx';
import { ResourcePage } from '../../parts/resource-page.tsx';
import { Verdict } from '../../parts/status.tsx';
import type { Column } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';
import { approvalsQuery, type Staged } from './queries.ts';
import { StagedVersion } from './staged-version.tsx';

export function ApprovalsPage() {
  const { of, plugin } = useSearch({ from: '/signed-in/approvals' });
  const query = useInfiniteQuery(approvalsQuery);
  const staged = query.data?.pages.flatMap(({ results }) => results) ?? [];
  const chosen = staged.find((one) => one.plugin_id === plugin && one.namespace_id === (of ?? null));
  return (
    <>
      <ResourcePage
        title="Approvals"
        query={query}
        empty={{
          text: 'No version waits for approval. A namespace can demand that another person approves each new version.',
          command: 'slipway namespaces set production --requires-approval',
        }}
        caption="Versions that wait for approval, newest first"
        columns={columns}
        keyOf={({ namespace_id, plugin_id }) => `${namespace_id} ${plugin_id}`}
        command={{ cli: 'slipway approvals', path: '/v1/approvals' }}
      />
      {chosen && <StagedVersion staged={chosen} />}
    </>
  );
}

const columns: Column<Staged>[] = [
  {
    id: 'plugin',
    title: 'Version',
    sortBy: ({ name }) => name,
    cell: ({ name, namespace_id, plugin_id, version }) => (
      <Link to="/approvals" search={{ plugin: plugin_id, ...(namespace_id !== null && { of: namespace_id }) }}>
        {name} {version}
      </Link>
    ),
  },
  {
    id: 'namespace',
    title: 'Namespace',
    kind: 'name',
    sortBy: ({ namespace_name }) => namespace_name,
    cell: ({ namespace_name }) => (namespace_name === null ? 'the organization' : visible(namespace_name)),
  },
  { id: 'by', title: 'Published by', cell: ({ published_by }) => <Actor actor={published_by} /> },
  { id: 'verdict', title: 'Scan', hidden: 'below-600', cell: ({ scan_verdict }) => <Verdict verdict={scan_verdict} /> },
  timeColumn('at', 'Published', ({ published_at }) => published_at, 'below-900'),
  timeColumn('until', 'Waits until', ({ staged_until }) => staged_until, 'below-900'),
];

// A plugin's releases.
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { withoutData } from '../../data/paged-query.ts';
import { releasesQuery } from '../../data/releases/release-queries.ts';
import { candidatePercent } from '../../data/releases/release-text.ts';
import { actorColumn, timeColumn } from '../../parts/columns.tsx';
import { AsCommand } from '../../parts/copyable.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { ReleaseStatus } from '../../parts/status.tsx';
import { type Column, MoreRows, Table } from '../../parts/table.tsx';
import { visible } from '../../parts/visible-text.ts';

type Release = Schemas['Release'];

export function PluginReleasesPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/releases' });
  const query = useInfiniteQuery({ ...releasesQuery(namespace, name), ...withoutData });
  const releases = query.data?.pages.flatMap(({ results }) => results);
  useTitle(`${name}: releases`);
  return (
    <>
      {releases?.length === 0 ? (
        <Empty command={`slipway releases start ${name} VERSION`}>
          No releases yet. A release moves calls to a version step by step, and back if it does worse.
        </Empty>
      ) : (
        <Table caption="Releases, newest first" columns={columnsOf(namespace)} rows={releases} keyOf={({ id }) => id} />
      )}
      <MoreRows query={query} />
      <AsCommand
        cli={`slipway releases list ${name}`}
        path={`/v1/namespaces/${namespace}/releases`}
        query={{ plugin: name }}
      />
    </>
  );
}

function columnsOf(namespace: string): Column<Release>[] {
  return [
    {
      id: 'versions',
      title: 'Versions',
      cell: ({ from, id: release, to }) => (
        <Link to="/n/$namespace/releases/$release" params={{ namespace, release }}>
          <code>
            {visible(from.version)} to {visible(to.version)}
          </code>
        </Link>
      ),
    },
    { id: 'state', title: 'State', cell: ({ state }) => <ReleaseStatus state={state} /> },
    { id: 'share', title: 'Share', kind: 'figure', cell: (release) => `${candidatePercent(release)}%` },
    actorColumn('Who', ({ created_by }) => created_by),
    {
      id: 'reason',
      title: 'Reason',
      kind: 'varies',
      hidden: 'below-600',
      cell: ({ reason }) => (reason === null ? '' : visible(reason)),
    },
    timeColumn('started', 'Started', ({ created_at }) => created_at),
  ];
}

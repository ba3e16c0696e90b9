// A namespace's runs, newest first.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { runStates } from '../../../contract/states.ts';
import { withoutData } from '../../data/paged-query.ts';
import { slipway } from '../../data/shell.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { StatusFilter } from '../../parts/resource-page.tsx';
import { MoreRows } from '../../parts/table.tsx';
import { runsQuery } from './data/run-queries.ts';
import { RunTable } from './run-table.tsx';

const route = '/signed-in/n/$namespace/runs';

export function RunsPage() {
  const { namespace } = useParams({ from: route });
  const { status } = useSearch({ from: route });
  const query = useInfiniteQuery({ ...runsQuery(namespace, status), ...withoutData });
  const runs = query.data?.pages.flatMap(({ results }) => results);
  return (
    <>
      <PageHead title="Runs" />
      <StatusFilter label="State" values={runStates} />
      {runs?.length === 0 && status === undefined ? (
        <Empty command="slipway run my_plugin --input rows.jsonl">
          No runs yet. A run sends a file of rows through the steps of a plugin’s pipeline.py. Start one on a plugin's
          Runs tab.
        </Empty>
      ) : (
        <RunTable namespace={namespace} runs={runs} />
      )}
      {runs?.length === 0 && status !== undefined && <p role="status">No run is {status}.</p>}
      <MoreRows query={query} />
      <AsCommand
        cli={slipway(['runs', 'list'], { status })}
        path={`/v1/namespaces/${namespace}/runs`}
        query={{ status }}
      />
    </>
  );
}

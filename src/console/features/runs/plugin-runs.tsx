// Runs of all versions of a plugin, and the dialog that starts one.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { runStates } from '../../../contract/states.ts';
import { lazyPart } from '../../connection/load-code.ts';
import { withoutData } from '../../data/paged-query.ts';
import { recentDeploymentsQuery } from '../../data/plugin-history.ts';
import { slipway } from '../../data/shell.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { StatusSelect } from '../../parts/resource-page.tsx';
import { MoreRows } from '../../parts/table.tsx';
import { pluginRunsQuery } from './data/run-queries.ts';
import { runnableVersions } from './data/start-run.ts';
import { RunTable } from './run-table.tsx';

const NewRun = lazyPart(() => import('./new-run.tsx'));
const route = '/signed-in/n/$namespace/plugins/$name/runs';

export function PluginRunsPage() {
  const { namespace, name } = useParams({ from: route });
  const { status } = useSearch({ from: route });
  const query = useInfiniteQuery({ ...pluginRunsQuery(namespace, name, status), ...withoutData });
  const runs = query.data?.pages.flatMap(({ results }) => results);
  const { data: deployments } = useQuery(recentDeploymentsQuery(namespace, name));
  const versions = runnableVersions(deployments?.results ?? []);
  useTitle(`${name}: runs`);
  return (
    <>
      <div className="filters">
        <search>
          <StatusSelect label="State" values={runStates} />
        </search>
        {versions.length > 0 && (
          <DialogButton label="New run" title={`New run of ${name}`}>
            {(close) => <NewRun namespace={namespace} name={name} versions={versions} close={close} />}
          </DialogButton>
        )}
      </div>
      {runs?.length === 0 && status === undefined ? (
        <NoRuns name={name} isDeployed={deployments === undefined || versions.length > 0} />
      ) : (
        <RunTable namespace={namespace} runs={runs} />
      )}
      {runs?.length === 0 && status !== undefined && <p role="status">No run is {status}.</p>}
      <MoreRows query={query} />
      <AsCommand
        cli={slipway(['runs', 'list', name], { status })}
        path={`/v1/namespaces/${namespace}/plugins/by-name/${name}/runs`}
        query={{ status }}
      />
    </>
  );
}

function NoRuns({ name, isDeployed }: { name: string; isDeployed: boolean }) {
  if (!isDeployed)
    return <Empty command={`slipway deploy ${name}`}>No version of {name} is deployed. Deploy one to run rows.</Empty>;
  return (
    <Empty command={`slipway run ${name} --input rows.jsonl`}>
      No runs yet. A run sends a file of rows through the steps of {name}’s pipeline.py, and keeps the results.
    </Empty>
  );
}

// The deployments of a namespace, newest first.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { withoutData } from '../../data/list-errors.ts';
import { deploymentStates, deploymentsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { FilterSelect } from '../../parts/filter-select.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { DeploymentTable } from './deployment-table.tsx';

const route = '/signed-in/n/$namespace/deployments';

export function DeploymentsPage() {
  const { namespace } = useParams({ from: route });
  const filter = useSearch({ from: route });
  const { name, status } = filter;
  const query = useInfiniteQuery({ ...deploymentsQuery(namespace, { name, status }), ...withoutData });
  const deployments = query.data?.pages.flatMap((page) => page.results);
  const isFiltered = name !== undefined || status !== undefined;
  const options = `${name === undefined ? '' : ` ${name}`}${status === undefined ? '' : ` --status ${status}`}`;
  return (
    <>
      <PageHead title="Deployments" />
      <DeploymentFilters />
      {deployments?.length === 0 && !isFiltered ? (
        <Empty command="slipway publish my_plugin">Nothing was deployed yet. Publishing a plugin deploys it.</Empty>
      ) : (
        <DeploymentTable namespace={namespace} deployments={deployments} />
      )}
      {deployments?.length === 0 && isFiltered && <p role="status">No deployment matches these filters.</p>}
      <MoreRows query={query} />
      <AsCommand
        cli={`slipway deployments list${options}`}
        path={`/v1/namespaces/${namespace}/deployments`}
        query={{ name, status }}
      />
    </>
  );
}

function DeploymentFilters() {
  const { name, status } = useSearch({ from: route });
  const navigate = useNavigate({ from: '/n/$namespace/deployments' });
  const change = (changed: { name?: string | undefined; status?: typeof status }) =>
    void navigate({ search: (before) => ({ ...before, ...changed, page: undefined }), replace: true });
  return (
    <search className="filters">
      <input
        type="search"
        aria-label="Filter by plugin"
        placeholder="Filter by plugin…"
        value={name ?? ''}
        onChange={({ target }) => change({ name: target.value === '' ? undefined : target.value })}
      />
      <FilterSelect
        label="State"
        all="all"
        values={deploymentStates}
        value={status}
        choose={(status) => change({ status })}
      />
    </search>
  );
}

// A namespace's deployments, newest first.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import { findTrigger } from '../../data/deployments/deployment-trigger.ts';
import { withoutData } from '../../data/paged-query.ts';
import { deploymentsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { MoreRows } from '../../parts/table.tsx';
import { DeploymentFilters } from './deployment-filters.tsx';
import { DeploymentTable } from './deployment-table.tsx';

const route = '/signed-in/n/$namespace/deployments';

export function DeploymentsPage() {
  const { namespace } = useParams({ from: route });
  const { name, status, trigger, who } = useSearch({ from: route });
  const query = useInfiniteQuery({ ...deploymentsQuery(namespace, { name, status }), ...withoutData });
  const loaded = query.data?.pages.flatMap((page) => page.results);
  const deployments = loaded?.filter(
    (one) =>
      (who === undefined || one.created_by.id === who) && (trigger === undefined || findTrigger(one) === trigger),
  );
  const isFiltered = [name, status, trigger, who].some((filter) => filter !== undefined);
  const options = `${name === undefined ? '' : ` ${name}`}${status === undefined ? '' : ` --status ${status}`}`;
  return (
    <>
      <PageHead title="Deployments" />
      <DeploymentFilters loaded={loaded ?? []} />
      {deployments?.length === 0 && !isFiltered ? (
        <Empty command="slipway publish my_plugin">No deployments yet. Publishing a plugin deploys it.</Empty>
      ) : (
        <DeploymentTable namespace={namespace} deployments={deployments} />
      )}
      {deployments?.length === 0 && isFiltered && <p role="status">No deployment matches these filters.</p>}
      {query.hasNextPage && (who ?? trigger) !== undefined && <p>Who and Trigger filter the rows loaded so far.</p>}
      <MoreRows query={query} />
      <AsCommand
        cli={`slipway deployments list${options}`}
        path={`/v1/namespaces/${namespace}/deployments`}
        query={{ name, status }}
      />
    </>
  );
}

// One plugin's deployments.
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { withoutData } from '../../data/paged-query.ts';
import { deploymentsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { useTitle } from '../../parts/page-head.tsx';
import { MoreRows } from '../../parts/table.tsx';
import { DeploymentTable } from '../deployments/deployment-table.tsx';

export function PluginDeploymentsPage() {
  const { namespace, name } = useParams({ from: '/signed-in/n/$namespace/plugins/$name/deployments' });
  const query = useInfiniteQuery({ ...deploymentsQuery(namespace, { name }), ...withoutData });
  useTitle(`${name}: deployments`);
  return (
    <>
      <DeploymentTable namespace={namespace} deployments={query.data?.pages.flatMap((page) => page.results)} />
      <MoreRows query={query} />
      <AsCommand
        cli={`slipway deployments list ${name}`}
        path={`/v1/namespaces/${namespace}/deployments`}
        query={{ name }}
      />
    </>
  );
}

// The deployments of a namespace, newest first.
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { deploymentsQuery } from '../../data/queries.ts';
import { AsCommand } from '../../parts/copyable.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { MoreRows } from '../../parts/more-rows.tsx';
import { Empty } from '../../parts/page-states.tsx';
import { DeploymentStatus, Status } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { useTitle } from '../../parts/title.ts';
import { visible } from '../../parts/visible-text.ts';

const route = '/signed-in/n/$namespace/deployments';

export function DeploymentsPage() {
  const { namespace } = useParams({ from: route });
  const { name } = useSearch({ from: route });
  const query = useSuspenseInfiniteQuery(deploymentsQuery(namespace, name));
  const deployments = query.data.pages.flatMap((page) => page.results);
  useTitle('Deployments');
  return (
    <>
      <h1>Deployments{name === undefined ? '' : ` of ${name}`}</h1>
      {deployments.length === 0 ? (
        <Empty command="slipway publish my_plugin">Nothing was deployed yet. Publishing a plugin deploys it.</Empty>
      ) : (
        <DataTable caption="Deployments, newest first" columns={['Plugin', 'State', 'Why', 'Requested']}>
          {deployments.map((deployment) => (
            <tr key={deployment.deployment_id}>
              <th scope="row">
                <Link
                  to="/n/$namespace/deployments/$deployment"
                  params={{ namespace, deployment: deployment.deployment_id }}
                >
                  {deployment.name} {visible(deployment.version)}
                </Link>
              </th>
              <td>
                {deployment.serving ? (
                  <Status tone="good">serves</Status>
                ) : (
                  <DeploymentStatus state={deployment.status} />
                )}
              </td>
              <td>{deployment.error}</td>
              <td>
                <Time at={deployment.created_at} />
              </td>
            </tr>
          ))}
        </DataTable>
      )}
      <MoreRows query={query} />
      <AsCommand
        cli={`slipway deployments list${name === undefined ? '' : ` ${name}`}`}
        path={`/v1/namespaces/${namespace}/deployments`}
        query={{ name }}
      />
    </>
  );
}

// Follows a deployment until it ends.
import { api } from '../api.ts';
import { useLiveQuery } from '../live-query.ts';
import { deploymentQuery } from '../queries.ts';

export function useLiveDeployment(namespace_id: string, deployment_id: string, isUnderWay: boolean): void {
  const path = { namespace_id, deployment_id };
  useLiveQuery(deploymentQuery(namespace_id, deployment_id).queryKey, isUnderWay, (signal) =>
    api.events('/v1/namespaces/{namespace_id}/deployments/{deployment_id}/events', { path, signal }),
  );
}

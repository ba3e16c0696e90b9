// Retries a deployment that failed or was cancelled, as a new one with the same type and parameters.
import { type Actor, requireScope } from '../access/actor.ts';
import type { DeploymentId, NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { findDeployment } from './history/history.ts';
import type { Deployment } from './overview.ts';
import { requestDeployment } from './request-deployment.ts';

/** A repeat returns the retry that is in progress (D6). 409 for a deployment that has not failed. */
export async function retryDeployment(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  id: DeploymentId,
): Promise<{ deployment: Deployment; version: PluginVersion }> {
  requireScope(actor, 'plugins:deploy');
  const { deployment, version } = await findDeployment(deps, actor, namespaceId, id);
  const { status, type, parameters } = deployment;
  if (status !== 'failed' && status !== 'cancelled')
    throw new Problem(
      'conflict',
      `Deployment ${id} is ${status}. Only a deployment that failed or was cancelled can be retried.`,
      {
        details: { resource: 'deployment', id, status },
      },
    );
  const request = { namespaceId, version, type, parameters, actor: actor.ref };
  return { deployment: await requestDeployment(deps, request), version };
}

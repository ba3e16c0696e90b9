// Reports the status of a deployment's application, like a builder does for an instance.

import { BuilderError } from '../../../contract/builder/errors.ts';
import type { InstanceStatus } from '../../../contract/builder/instances.ts';
import { iso } from '../../../core/clock.ts';
import { applicationName } from '../applications.ts';
import { ClusterFault } from '../ray-dashboard.ts';
import { isShown, readApplications, type ShownApplication } from '../ray-serve.ts';
import { dashboardFor, type RayDeps, type RayPlace } from './place.ts';

export interface Shown {
  state: InstanceStatus['state'];
  application: ShownApplication;
}

/** Returns undefined if the cluster doesn't have the application. Rejects with a BuilderError if the cluster is unreachable. */
export async function showOnRay(ray: RayDeps, { application, id }: RayPlace): Promise<Shown | undefined> {
  if (!application) return undefined;
  try {
    const all = await readApplications(ray, await dashboardFor(ray, application.cluster));
    const shown = all[applicationName(id)];
    return isShown(shown) ? { state: stateOf(shown), application: shown } : undefined;
  } catch (cause) {
    if (cause instanceof ClusterFault) throw new BuilderError('unreachable', cause.message, [], cause);
    throw cause;
  }
}

function stateOf({ status }: ShownApplication): Shown['state'] {
  if (status === 'RUNNING') return 'ready';
  if (status === 'UNHEALTHY') return 'restarting';
  return status === 'DEPLOY_FAILED' ? 'failed' : 'starting';
}

/** Reports no call counts: only the cluster has them. */
export function toInstanceStatus(
  { clock }: RayDeps,
  { application, id, version }: RayPlace,
  state: Shown['state'],
): InstanceStatus {
  return {
    id,
    state,
    code: version.sha256,
    started_at: iso(clock.now()),
    restarts: 0,
    early_crashes: application?.crashes ?? 0,
    last_crash: null,
    calls: 0,
    calls_in_flight: 0,
    last_call_at: null,
    standby: false,
  };
}

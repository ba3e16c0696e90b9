// A deployment's life. Every change of state is an UPDATE that names the states it may come from, taken from this table.
import { inArray, type SQL } from 'drizzle-orm';
import { type DeploymentState, deploymentStates } from '../contract/states.ts';
import { deployments } from '../db/schema/deploy.ts';

const next = {
  queued: ['claimed', 'failed', 'superseded', 'cancelled'],
  claimed: ['building', 'failed', 'superseded', 'cancelled'],
  building: ['starting', 'failed', 'superseded', 'cancelled'],
  starting: ['verifying', 'failed', 'superseded', 'cancelled'],
  verifying: ['ready', 'failed', 'superseded', 'cancelled'],
  ready: ['promoted', 'failed', 'superseded', 'cancelled'],
  promoted: ['stopped'],
  failed: [],
  superseded: [],
  cancelled: [],
  stopped: [],
} as const satisfies Record<DeploymentState, readonly DeploymentState[]>;

/** Still on its way: it has an owner with a lease, or a sweep that finds it one. */
export const unfinishedStates = deploymentStates.filter((state) => followers(state).includes('failed'));

function followers(state: DeploymentState): readonly DeploymentState[] {
  return next[state];
}

/** SQL: the row's state may be followed by `to`. */
export function mayBecome(to: DeploymentState): SQL {
  const allowed = deploymentStates.filter((from) => followers(from).includes(to));
  return inArray(deployments.status, allowed);
}

export function isUnfinished(): SQL {
  return inArray(deployments.status, unfinishedStates);
}

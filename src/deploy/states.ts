// The states of a deployment and the transitions between them. Every change of state is an UPDATE whose WHERE names the states it may
// come from, taken from this table.
import { inArray, type SQL } from 'drizzle-orm';
import { type DeploymentState, deploymentStates } from '../contract/states.ts';
import { deployments } from '../db/schema/deploy.ts';

const next = {
  queued: ['claimed', 'failed', 'superseded', 'cancelled'],
  /** Without anything to build, a deployment starts at once. */
  claimed: ['building', 'starting', 'failed', 'superseded', 'cancelled'],
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

/** States with work left: a worker holds the lease, or the sweep sends the deployment to one. */
export const unfinishedStates = deploymentStates.filter((state) => followers(state).includes('failed'));

function followers(state: DeploymentState): readonly DeploymentState[] {
  return next[state];
}

/** SQL: the transition from the row's state to `to` is allowed. */
export function mayBecome(to: DeploymentState): SQL {
  const allowed = deploymentStates.filter((from) => followers(from).includes(to));
  return inArray(deployments.status, allowed);
}

const completedSteps: Partial<Record<DeploymentState, number>> = { starting: 1, verifying: 2, ready: 3 };

/** How many of the steps build, start and verify an attempt in this state has completed. */
export function stepsDone(state: DeploymentState): number {
  return completedSteps[state] ?? 0;
}

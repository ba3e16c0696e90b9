// Deployment states and their transitions. Every state change is an UPDATE whose WHERE clause names the allowed previous states from
// this table.
import { inArray, type SQL } from 'drizzle-orm';
import { type DeploymentState, deploymentStates } from '../contract/states.ts';
import { deployments } from '../db/schema/deploy.ts';

const next = {
  queued: ['claimed', 'failed', 'superseded', 'cancelled'],
  /** Deployments with nothing to build start immediately. */
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

/** Deployments in these states have work left: a worker holds the lease, or the sweep sends the deployment to one. */
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

/** Returns how many of the steps build, start and verify an attempt in this state has completed. */
export function stepsDone(state: DeploymentState): number {
  return completedSteps[state] ?? 0;
}

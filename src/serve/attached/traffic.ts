// Counts ended calls.
import type { DeploymentId, VersionId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { exactVersion } from '../../registry/versions/versions.ts';
import { type CallCounters, describeCall, recordCall } from '../../traffic/call-counters.ts';
import type { CallPoints } from '../points.ts';
import type { Route } from '../route-lookup.ts';

type CountDeps = Pick<Deps, 'callDataset' | 'clock' | 'db' | 'defer' | 'log'> & { calls: CallCounters };
type Called = Pick<Route, 'namespaceId' | 'version'> & { deploymentId: DeploymentId | VersionId };

export const traffic: CallPoints = {
  ended: (deps, { outcome, route, startedAt }) => countCall(deps, route, startedAt, outcome !== 'answered'),
};

/** Counts a call of an instance, which has ended now. */
export function countCall(deps: CountDeps, called: Called, startedAt: number, failed: boolean): void {
  const { deploymentId, namespaceId, version } = called;
  const { kind, name, organizationId, pluginId } = version;
  const counted = { namespaceId, pluginId, version: exactVersion(version), startedAt, failed };
  recordCall(deps, deps.calls, counted);
  describeCall(deps, { ...counted, organizationId, kind, name, deploymentId });
}

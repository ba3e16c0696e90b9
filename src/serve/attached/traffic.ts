// Counts ended calls.
import { formatVersion } from '../../contract/plugin/manifest.ts';
import type { DeploymentId, VersionId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
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
  const counted = { namespaceId, pluginId, version: versionLabel(version), startedAt, failed };
  recordCall(deps, deps.calls, counted);
  describeCall(deps, { ...counted, organizationId, kind, name, deploymentId });
}

/** Returns the version's label in counts: its number, or a Go plugin's commit. */
function versionLabel(version: Called['version']): string {
  return (version.kind === 'extractor' ? null : version.source?.commit) ?? formatVersion(version);
}

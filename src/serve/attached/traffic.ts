// Counts ended calls.

import type { Actor } from '../../access/actor.ts';
import type { DeploymentId, VersionId } from '../../core/ids.ts';
import type { Deps } from '../../deps.ts';
import { exactVersion } from '../../registry/versions/versions.ts';
import { type CallCounters, type CountedCall, describeCall, recordCall } from '../../traffic/call-counters.ts';
import { countedEnd } from '../fault.ts';
import type { CallPoints } from '../points.ts';
import type { Route } from '../route-lookup.ts';

type CountDeps = Pick<Deps, 'callDataset' | 'clock' | 'db' | 'defer' | 'log'> & { calls: CallCounters };
type Called = Pick<Route, 'namespaceId' | 'version'> & { deploymentId: DeploymentId | VersionId };

export const traffic: CallPoints = {
  ended: (deps, { actor, batch, route, startedAt, ...ended }) => {
    const end = countedEnd(ended);
    if (end) countCall(deps, route, { caller: callerOf(actor), startedAt, end, batch });
  },
};

/** Returns the key that calls, also if a browser session acts for it. Without a key, what acts. */
export function callerOf({ keyId, ref }: Actor): string {
  return keyId ?? ref.id;
}

/** Counts a call of an instance, which has ended now. */
export function countCall(
  deps: CountDeps,
  called: Called,
  call: Pick<CountedCall, 'caller' | 'startedAt' | 'end' | 'batch'>,
): void {
  const { deploymentId, namespaceId, version } = called;
  const { kind, name, organizationId, pluginId } = version;
  const counted = { namespaceId, pluginId, version: exactVersion(version), ...call };
  recordCall(deps, deps.calls, counted);
  describeCall(deps, { ...counted, organizationId, kind, name, deploymentId });
}

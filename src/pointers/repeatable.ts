// Tells whether a release may repeat calls to compare answers.
import { requestedPermissions } from '../contract/plugin/permissions.ts';
import type { ReleasePlan } from '../contract/releases.ts';

type Version = Parameters<typeof requestedPermissions>[0];

/** A version with network or secrets could change something with a repeated call, so the plan must allow it. */
export function mayRepeat({ shadow }: Pick<ReleasePlan, 'shadow'>, versions: readonly Version[]): boolean {
  return shadow === 'full' || !versions.some(reachesOut);
}

function reachesOut(version: Version): boolean {
  const { forward = {}, network = [], secrets = [] } = requestedPermissions(version) ?? {};
  return network.length + secrets.length + Object.keys(forward).length > 0;
}

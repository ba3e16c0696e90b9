// Compares what a plugin asks for with what its organization grants. A grant applies to all of a plugin's versions (D48).
import { listPermissions } from './permission-text.ts';
import {
  defaultMemoryMb,
  defaultTimeoutSeconds,
  type HostPattern,
  type Permissions,
  parseHostPattern,
} from './permissions.ts';

/** Returns requested permissions that are not granted, or undefined if all are. */
export function missingPermissions(
  asked: Permissions | undefined,
  granted: Permissions | null,
): Permissions | undefined {
  if (!asked) return undefined;
  const allowed = granted ?? {};
  const network = asked.network?.filter((host) => !allowed.network?.some((one) => covers(one, host)));
  const forward = Object.entries(asked.forward ?? {}).filter(([port, target]) => allowed.forward?.[port] !== target);
  const secrets = asked.secrets?.filter((name) => !allowed.secrets?.includes(name));
  const callSeconds = Math.max(defaultTimeoutSeconds, allowed.timeout_s ?? 0);
  const missing: Permissions = {
    ...(network?.length ? { network } : {}),
    ...(forward.length > 0 ? { forward: Object.fromEntries(forward) } : {}),
    ...(secrets?.length ? { secrets } : {}),
    ...beyond('memory_mb', asked, Math.max(defaultMemoryMb, allowed.memory_mb ?? 0)),
    ...beyond('timeout_s', asked, callSeconds),
    // A later call may always take at least as long as a realtime call.
    ...beyond('later_timeout_s', asked, Math.max(callSeconds, allowed.later_timeout_s ?? 0)),
  };
  return Object.keys(missing).length > 0 ? missing : undefined;
}

type Amount = 'memory_mb' | 'timeout_s' | 'later_timeout_s';

function beyond(key: Amount, asked: Permissions, limit: number): Permissions {
  const value = asked[key];
  return value !== undefined && value > limit ? { [key]: value } : {};
}

/** Returns whether every connection within the pattern `asked` is within `granted`. */
function covers(granted: string, asked: string): boolean {
  const outer = parseHostPattern(granted);
  const inner = parseHostPattern(asked);
  if (!outer || !inner) return false;
  const isSamePort =
    outer.port === inner.port || (outer.port === undefined && (inner.port === 80 || inner.port === 443));
  return isSamePort && coversName(outer, inner);
}

function coversName(outer: HostPattern, inner: HostPattern): boolean {
  if (outer.isWildcard && inner.name.endsWith(`.${outer.name}`)) return true;
  return outer.isWildcard === inner.isWildcard && outer.name === inner.name;
}

/** Returns the grant with additional permissions. */
export function addPermissions(granted: Permissions | null, more: Permissions): Permissions {
  const old = granted ?? {};
  const union = (key: 'network' | 'secrets') => [...new Set([...(old[key] ?? []), ...(more[key] ?? [])])];
  const larger = (key: Amount) => {
    const amount = Math.max(old[key] ?? 0, more[key] ?? 0);
    return amount > 0 ? { [key]: amount } : {};
  };
  const forward = { ...old.forward, ...more.forward };
  const network = union('network');
  const secrets = union('secrets');
  return {
    ...(network.length > 0 ? { network } : {}),
    ...(Object.keys(forward).length > 0 ? { forward } : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    ...larger('memory_mb'),
    ...larger('timeout_s'),
    ...larger('later_timeout_s'),
  };
}

export interface PermissionChange {
  change: 'added' | 'removed';
  permission: string;
}

/** Returns the permissions that a version newly asks for, and those it no longer asks for. */
export function permissionChanges(before: Permissions | undefined, after: Permissions | undefined): PermissionChange[] {
  const old = new Set(listPermissions(before ?? {}));
  const now = new Set(listPermissions(after ?? {}));
  const added = [...now].filter((one) => !old.has(one)).map((permission) => ({ change: 'added' as const, permission }));
  const removed = [...old].filter((one) => !now.has(one));
  return [...added, ...removed.map((permission) => ({ change: 'removed' as const, permission }))];
}

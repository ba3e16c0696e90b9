// Formats permissions, and the command that grants them. Uses no schemas, so the console loads none.
import type { Permissions } from './permissions.ts';

/** Returns one entry per permission, such as "network api.example.com". */
export function listPermissions(permissions: Permissions): string[] {
  const { network, forward, secrets, memory_mb, timeout_s, later_timeout_s } = permissions;
  return [
    ...(network ?? []).map((host) => `network ${host}`),
    ...Object.entries(forward ?? {}).map(([port, target]) => `forward ${port} to ${target}`),
    ...(secrets ?? []).map((name) => `secret ${name}`),
    ...(memory_mb === undefined ? [] : [`memory ${memory_mb} MiB`]),
    ...(timeout_s === undefined ? [] : [`calls of ${timeout_s} s`]),
    ...(later_timeout_s === undefined ? [] : [`later calls of ${later_timeout_s} s`]),
  ];
}

export interface GrantedPlugin {
  kind: string;
  name: string;
  /** True if it belongs to the organization rather than a namespace. */
  isShared: boolean;
}

/** Returns the command with which an administrator grants the permissions. */
export function grantCommand({ kind, name, isShared }: GrantedPlugin, permissions: Permissions): string {
  const { network, forward, secrets, memory_mb, timeout_s, later_timeout_s } = permissions;
  const options = [
    ...(kind === 'extractor' ? [] : [`--kind ${kind}`]),
    ...(isShared ? ['--org'] : []),
    ...(network ?? []).map((host) => `--network ${host.includes('*') ? `'${host}'` : host}`),
    ...Object.entries(forward ?? {}).map(([port, target]) => `--forward ${port}=${target}`),
    ...(secrets ?? []).map((secret) => `--secret ${secret}`),
    ...(memory_mb === undefined ? [] : [`--memory-mb ${memory_mb}`]),
    ...(timeout_s === undefined ? [] : [`--timeout-s ${timeout_s}`]),
    ...(later_timeout_s === undefined ? [] : [`--later-timeout-s ${later_timeout_s}`]),
  ];
  return ['slipway grants give', name, ...options].join(' ');
}

// Defines the permissions that a plugin may ask for beyond the default: hosts, forwarded ports, secrets, memory and time. manifest.py,
// plugin.yaml, grants and instance specs all use these keys.
import { z } from 'zod';
import { builderLimits } from '../limits/builder.ts';
import { permissionLimits } from '../limits/manifest.ts';

/** Memory that every plugin gets without a grant. */
export const defaultMemoryMb = builderLimits.memoryBytes / (1024 * 1024);
export const defaultTimeoutSeconds = builderLimits.callMs / 1000;

/** Where the relay listens inside an instance (docs/grants.md). No forward may use its port. */
export const relayPort = 3128;

/** Ports of a host written without one. */
const webPorts: readonly number[] = [80, 443];

const namePattern = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const hostLengthMax = 253;

export interface HostPattern {
  /** Name without `*.`. */
  name: string;
  /** True to match names below `name`, but not `name` itself. */
  isWildcard: boolean;
  /** Undefined: 80 and 443. */
  port: number | undefined;
}

/** Parses `api.example.com`, `*.example.com`, and either with a port. Returns undefined for anything else. */
export function parseHostPattern(text: string): HostPattern | undefined {
  const [, wildcard, name = '', port] = /^(\*\.)?([^:*]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isWildcard = wildcard !== undefined;
  if (name.length > hostLengthMax || !namePattern.test(name)) return undefined;
  if (isWildcard && (!name.includes('.') || /^[\d.]+$/.test(name))) return undefined;
  if (port !== undefined && !isPort(port)) return undefined;
  return { name, isWildcard, port: port === undefined ? undefined : Number(port) };
}

export interface HostAndPort {
  host: string;
  port: number;
}

/** Parses a forward's target, such as `cassandra.internal:9042`. */
export function parseHostAndPort(text: string): HostAndPort | undefined {
  const pattern = parseHostPattern(text);
  if (!pattern || pattern.isWildcard || pattern.port === undefined) return undefined;
  return { host: pattern.name, port: pattern.port };
}

/** Returns whether the pattern allows a connection to this host, in lower case, and port. */
export function allowsConnection(text: string, { host, port }: HostAndPort): boolean {
  const pattern = parseHostPattern(text);
  if (!pattern) return false;
  const { name, isWildcard } = pattern;
  const isInside = isWildcard ? host.endsWith(`.${name}`) : host === name;
  return isInside && (pattern.port === undefined ? webPorts.includes(port) : pattern.port === port);
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
}

export const secretNamePattern = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** Name of a namespace's secret. */
export const secretName = z
  .string()
  .regex(secretNamePattern, 'must be 1 to 128 letters, digits or underscores that do not start with a digit');

const host = z
  .string()
  .refine(
    (text) => parseHostPattern(text) !== undefined,
    'must be a host in lower case, such as "api.example.com", "*.example.com" or "db.example.com:9042", without a scheme or path',
  );

const target = z
  .string()
  .refine(
    (text) => parseHostAndPort(text) !== undefined,
    'must be a host in lower case with a port, such as "cassandra.example.com:9042"',
  );

const forwards = z.record(z.string(), target).superRefine((entries, context) => {
  const ports = Object.keys(entries);
  const report = (message: string, path: string[]) => context.addIssue({ code: 'custom', message, path });
  if (ports.length > permissionLimits.forwardsMax) report(`has more than ${permissionLimits.forwardsMax} entries`, []);
  for (const port of ports) {
    if (!isPort(port)) report('must have a port from 1 to 65535 as its key', [port]);
    if (port === String(relayPort)) report(`uses port ${relayPort}, where the HTTP proxy listens`, [port]);
  }
});

const memoryMb = z
  .int('must be a whole number of MiB')
  .min(permissionLimits.memoryMbMin, `must be at least ${permissionLimits.memoryMbMin}`)
  .max(permissionLimits.memoryMbMax, `must be at most ${permissionLimits.memoryMbMax}`);

const seconds = (max: number) =>
  z.int('must be a whole number of seconds').min(1, 'must be at least 1').max(max, `must be at most ${max}`);

const hosts = z.array(host).max(permissionLimits.hostsMax, `has more than ${permissionLimits.hostsMax} hosts`);
const secretNames = z
  .array(secretName)
  .max(permissionLimits.secretsMax, `has more than ${permissionLimits.secretsMax} names`);

/** `permissions` in a version or a grant. */
export const permissionsSchema = z.object({
  /** Hosts, with a port unless it's 80 or 443. The HTTP proxy on port 3128 reaches them. */
  network: hosts.optional(),
  /** Local ports that each forward to one host and port, for protocols that no HTTP proxy carries. */
  forward: forwards.optional(),
  /** Names of the namespace's secrets. */
  secrets: secretNames.optional(),
  /** Memory of an instance in MiB, including everything it starts. */
  memory_mb: memoryMb.optional(),
  /** Time limit of a call, in seconds. */
  timeout_s: seconds(permissionLimits.timeoutSecondsMax).optional(),
  /** Time limit of a later call, if longer. */
  later_timeout_s: seconds(permissionLimits.laterTimeoutSecondsMax).optional(),
});
export type Permissions = z.infer<typeof permissionsSchema>;

export const permissionKeys = ['network', 'forward', 'secrets', 'memory_mb', 'timeout_s', 'later_timeout_s'] as const;

export interface PermissionIssue {
  /** Path of the value below `permissions`. */
  path: (string | number)[];
  /** Text after the path: "must be …". */
  message: string;
}

/** Permissions as written by an author or administrator. */
export const writtenPermissions = permissionsSchema.strict();

/** Parses what an author wrote. Returns the permissions, or the problems with them. */
export function parsePermissions(json: unknown): { permissions: Permissions } | { issues: PermissionIssue[] } {
  const parsed = writtenPermissions.safeParse(json);
  if (parsed.success) return { permissions: parsed.data };
  return { issues: parsed.error.issues.flatMap(issuesOf) };
}

const shapes: Readonly<Record<string, string>> = {
  '': `must be a mapping with the keys ${permissionKeys.join(', ')}`,
  network: 'must be a list of hosts',
  forward: 'must map local ports to hosts with ports, such as {"9042": "cassandra.example.com:9042"}',
  secrets: 'must be a list of names',
};

function issuesOf(issue: z.core.$ZodIssue): PermissionIssue[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: `is unknown. Use ${permissionKeys.join(', ')}` }));
  const shape = path.length < 2 ? shapes[path.join()] : undefined;
  if (issue.code === 'invalid_type') return [{ path, message: shape ?? numberMessage(path) ?? 'must be a string' }];
  return [{ path, message: issue.message }];
}

function numberMessage([key, ...rest]: readonly (string | number)[]): string | undefined {
  if (rest.length > 0) return undefined;
  if (key === 'memory_mb') return 'must be a whole number of MiB';
  return key === 'timeout_s' || key === 'later_timeout_s' ? 'must be a whole number of seconds' : undefined;
}

/** Returns a version's permissions. Undefined if it asks for nothing. */
export function requestedPermissions(version: {
  manifest: { permissions?: Permissions | undefined } | null;
  definition: { permissions?: Permissions | undefined } | null;
}): Permissions | undefined {
  const permissions = version.manifest?.permissions ?? version.definition?.permissions;
  return permissions && !isEmpty(permissions) ? permissions : undefined;
}

/** Returns the time limit of a version's calls. */
export function timeLimitMs(version: Parameters<typeof requestedPermissions>[0]): number {
  return (requestedPermissions(version)?.timeout_s ?? defaultTimeoutSeconds) * 1000;
}

/** Returns the time limit of a version's later calls. */
export function laterTimeLimitMs(version: Parameters<typeof requestedPermissions>[0]): number {
  return Math.max(timeLimitMs(version), (requestedPermissions(version)?.later_timeout_s ?? 0) * 1000);
}

/** Returns the permissions that the builder needs to know about. */
export function hostedPermissions(
  version: Parameters<typeof requestedPermissions>[0],
): Omit<Permissions, 'secrets'> | undefined {
  const { secrets: _, ...hosted } = requestedPermissions(version) ?? {};
  return isEmpty(hosted) ? undefined : hosted;
}

function isEmpty({ network = [], forward = {}, secrets = [], ...numbers }: Permissions): boolean {
  const lists = network.length + Object.keys(forward).length + secrets.length;
  return lists === 0 && Object.values(numbers).every((one) => one === undefined);
}

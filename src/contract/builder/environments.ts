// Defines POST /locks and POST /environments of the builder: resolving a Python plugin's requirements to a lock, and installing the
// packages of a lock, of which instances share environments. D50 has the rules.
import { z } from 'zod';
import { sha256Hex } from '../../core/digest.ts';
import { sha256Text } from '../digests.ts';
import { hostedFor } from './hosted-for.ts';
import { logLineSchema } from './log-line.ts';
import {
  type EnvironmentTarget,
  environmentPackageSchema,
  environmentTargetSchema,
  lockedPackageSchema,
  packageSchema,
  storedPackageSchema,
} from './packages.ts';
import { pythonIndexSchema } from './python-indexes.ts';

/** The oldest Python that a lock suits, unless a package needs a newer one. */
export const lockedPython = '3.11';

/** One requirement as the author wrote it, and where: `manifest.py` or `requirements.txt:3`. Errors name the place. */
export const requirementSchema = z.strictObject({ text: z.string().max(1000), at: z.string().max(200) });
export type DeclaredRequirement = z.infer<typeof requirementSchema>;

/** POST /locks. The builder refuses whatever doesn't name a package of the index: URLs, paths, options, version control. */
export const lockRequestSchema = z
  .strictObject({
    requirements: z.array(requirementSchema).min(1).max(1000),
    organization: hostedFor,
    /** Indexes of the organization. They alone are asked for the packages that their patterns name. */
    indexes: z.array(pythonIndexSchema).optional(),
  })
  .refine(({ indexes, organization }) => !indexes || organization, 'indexes are those of an organization');
export type LockRequest = z.infer<typeof lockRequestSchema>;

export const lockSchema = z.object({
  /** SHA-256 of `text`. */
  digest: sha256Text,
  /**
   * For every platform and Python since `lockedPython`, or since the oldest that the packages allow: lines
   * `name==version ; marker --hash=sha256:…` of a requirements file. A package of an organization's own index has its origin after that, so
   * that no other organization has this lock, its environment or that package.
   */
  text: z.string(),
  packages: z.array(lockedPackageSchema),
  /** Resolver, such as `uv 0.13.1`. */
  resolver: z.string(),
});
export type Lock = z.infer<typeof lockSchema>;

/** Raised when the packages of a lock are put together differently, so that no builder uses an environment of before. */
const layout = '4';

/** Identifies an environment by the lock's digest, the Python and the platform. */
export function environmentKey(lock: string, { python, platform }: EnvironmentTarget): Promise<string> {
  return sha256Hex([lock, python, platform, layout].join('\0'));
}

/** POST /environments. */
export const environmentSpecSchema = z.strictObject({
  lock: lockSchema.pick({ digest: true, text: true }).strict(),
  /** Target of the instances, which may be on another builder than the one that installs. */
  target: environmentTargetSchema,
  /** Packages of the lock that need not be installed. */
  stored: z.array(storedPackageSchema),
  organization: hostedFor,
  /** Indexes of the organization, for packages of the lock that they have. */
  indexes: z.array(pythonIndexSchema).optional(),
});
export type EnvironmentSpec = z.infer<typeof environmentSpecSchema>;

/** Reference by which an instance finds its environment: part of its spec. */
export const environmentRefSchema = z.strictObject({
  key: sha256Text,
  /** Keys of the packages, in the order of the lock: of two files at the same path, the first stays. */
  packages: z.array(sha256Text),
});
export type EnvironmentRef = z.infer<typeof environmentRefSchema>;

export const environmentSchema = z.object({
  key: sha256Text,
  lock: sha256Text,
  target: environmentTargetSchema,
  /** The packages of the lock that the target needs, in its order. */
  packages: z.array(environmentPackageSchema),
  size_bytes: z.int().min(0),
  files: z.int().min(0),
  /** Whether nothing had to be installed. */
  cached: z.boolean(),
  duration_ms: z.number().min(0),
});
export type Environment = z.infer<typeof environmentSchema>;

export const environmentErrorCodes = [
  /** A requirement that doesn't name a package of the index, or is malformed. The message has its place. */
  'requirement-refused',
  /** No versions of the packages fit together, a package is absent, or has no wheel. */
  'unsatisfiable',
  /** A downloaded file has another hash than the lock. */
  'hash-mismatch',
  /** A wheel is malformed, or has a file that would be outside of the environment. */
  'wheel-refused',
  /** The environment has more bytes or files than allowed. */
  'too-large',
  /** The resolution or installation exceeded its limit of time or memory. */
  'limit-exceeded',
  /** The index did not answer. A retry may succeed. */
  'index-unreachable',
  /** An index of the organization refused its credential, or can't be asked. Nothing else was asked for its packages. */
  'index-refused',
  /** The lock's text does not have its digest, or is not one of this contract. */
  'lock-invalid',
  /** The builder failed; the plugin is not at fault. */
  'install-failed',
] as const;

export const environmentErrorSchema = z.object({
  code: z.enum(environmentErrorCodes),
  /** For the author: what failed, with the resolver's explanation, and what to do. */
  message: z.string(),
});
export type EnvironmentError = z.infer<typeof environmentErrorSchema>;

const failedSchema = z.object({
  type: z.literal('failed'),
  error: environmentErrorSchema,
  /** Whether the same request always fails this way, so that a retry is pointless. */
  deterministic: z.boolean(),
});

/** One line of the NDJSON response to POST /locks. The last line is always `locked` or `failed`. */
export const lockEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), at: z.string(), step: z.enum(['tools', 'resolve']) }),
  logLineSchema.extend({ type: z.literal('log') }),
  z.object({ type: z.literal('locked'), lock: lockSchema, duration_ms: z.number().min(0) }),
  failedSchema,
]);
export type LockEvent = z.infer<typeof lockEventSchema>;

/**
 * One line of the NDJSON response to POST /environments. The last line is always `installed` or `failed`. Packages that the store lacks are
 * reported as soon as they can be fetched.
 */
export const environmentEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), at: z.string(), step: z.enum(['tools', 'download', 'compile', 'archive']) }),
  logLineSchema.extend({ type: z.literal('log') }),
  z.object({ type: z.literal('package'), package: packageSchema }),
  z.object({ type: z.literal('installed'), environment: environmentSchema }),
  failedSchema,
]);
export type EnvironmentEvent = z.infer<typeof environmentEventSchema>;

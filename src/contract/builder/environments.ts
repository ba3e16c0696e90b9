// Defines the builder's POST /locks and POST /environments. They resolve a Python plugin's requirements to a lock, and install the
// lock's packages into environments that instances share. D50 has the rules.
import { z } from 'zod';
import { sha256Hex } from '../../core/digest.ts';
import { ageSchema } from '../advisories.ts';
import { sha256Text } from '../digests.ts';
import { hostedFor } from './hosted-for.ts';
import { logLineSchema } from './logs/line.ts';
import {
  type EnvironmentTarget,
  environmentPackageSchema,
  environmentTargetSchema,
  lockedPackageSchema,
  packageSchema,
  storedPackageSchema,
} from './packages.ts';
import { pythonIndexSchema } from './python-indexes.ts';

/** The oldest Python that a lock supports, unless a package needs a newer one. */
export const lockedPython = '3.11';

/** One requirement as the author wrote it, and its location: `manifest.py` or `requirements.txt:3`. Errors name the location. */
export const requirementSchema = z.strictObject({ text: z.string().max(1000), at: z.string().max(200) });
export type DeclaredRequirement = z.infer<typeof requirementSchema>;

/** POST /locks. The builder rejects anything that doesn't name a package in the index: URLs, paths, options, version control. */
export const lockRequestSchema = z
  .strictObject({
    requirements: z.array(requirementSchema).min(1).max(1000),
    organization: hostedFor,
    /** The organization's indexes. Packages that match their patterns are looked up only there. */
    indexes: z.array(pythonIndexSchema).optional(),
    /**
     * The packages are for a Ray cluster, whose nodes may have GPUs and install from the usual index. So torch comes from there, with
     * its GPU libraries.
     */
    for_cluster: z.literal(true).optional(),
    /** Packages uploaded less than this ago aren't used, such as `3d`. */
    older_than: ageSchema.optional(),
  })
  .refine(({ indexes, organization }) => !indexes || organization, 'indexes belong to an organization');
export type LockRequest = z.infer<typeof lockRequestSchema>;

export const lockSchema = z.object({
  /** SHA-256 of `text`. */
  digest: sha256Text,
  /**
   * Lines `name==version ; marker --hash=sha256:…` of a requirements file, for every platform and every Python since `lockedPython` or
   * the oldest one that the packages allow. From a folder of wheels that lacks some, it may be for the builder's own Python and
   * platform only. A package from an organization's own index has its origin appended, so no other organization gets this lock, its
   * environment or that package.
   */
  text: z.string(),
  packages: z.array(lockedPackageSchema),
  /** The resolver, such as `uv 0.13.1`. */
  resolver: z.string(),
});
export type Lock = z.infer<typeof lockSchema>;

/** Increment when the layout of a lock's packages changes, so no builder reuses an older environment. */
const layout = '4';

/** Returns an environment ID, from the lock's digest, the Python and the platform. */
export function environmentKey(lock: string, { python, platform }: EnvironmentTarget): Promise<string> {
  return sha256Hex([lock, python, platform, layout].join('\0'));
}

/** POST /environments. */
export const environmentSpecSchema = z.strictObject({
  lock: lockSchema.pick({ digest: true, text: true }).strict(),
  /** The instances' target. Instances may run on a different builder than the one that installs. */
  target: environmentTargetSchema,
  /** Packages in the lock that are already stored. */
  stored: z.array(storedPackageSchema),
  organization: hostedFor,
  /** The organization's indexes, for the lock's packages from there. */
  indexes: z.array(pythonIndexSchema).optional(),
  /** True if the packages must be packed even if the builder keeps its own: instances run elsewhere. */
  packed: z.boolean().optional(),
});
export type EnvironmentSpec = z.infer<typeof environmentSpecSchema>;

/** How an instance's spec refers to its environment. */
export const environmentRefSchema = z.strictObject({
  key: sha256Text,
  /** Package keys, in lock order: of two files at the same path, the first wins. */
  packages: z.array(sha256Text),
});
export type EnvironmentRef = z.infer<typeof environmentRefSchema>;

export const environmentSchema = z.object({
  key: sha256Text,
  lock: sha256Text,
  target: environmentTargetSchema,
  /** The lock's packages that the target needs, in lock order. */
  packages: z.array(environmentPackageSchema),
  size_bytes: z.int().min(0),
  files: z.int().min(0),
  /** True if nothing had to be installed. */
  cached: z.boolean(),
  duration_ms: z.number().min(0),
});
export type Environment = z.infer<typeof environmentSchema>;

export const environmentErrorCodes = [
  /** A requirement is malformed, or doesn't name a package in the index. The message has its location. */
  'requirement-refused',
  /** No versions of the packages are compatible, or a package is missing or has no wheel. */
  'unsatisfiable',
  /** A downloaded file's hash differs from the lock. */
  'hash-mismatch',
  /** A wheel is malformed, or has a file outside the environment. */
  'wheel-refused',
  /** The environment exceeds the byte or file limit. */
  'too-large',
  /** The resolution or installation exceeded its time or memory limit. */
  'limit-exceeded',
  /** The index did not respond. A retry may succeed. */
  'index-unreachable',
  /** An organization's index rejected its credential, or can't be queried. No other index was asked for its packages. */
  'index-refused',
  /** The lock's text doesn't match its digest, or this contract. */
  'lock-invalid',
  /** The builder failed; the plugin is not at fault. */
  'install-failed',
] as const;

export const environmentErrorSchema = z.object({
  code: z.enum(environmentErrorCodes),
  /** For the author: the failure, with the resolver's explanation, and the fix. */
  message: z.string(),
});
export type EnvironmentError = z.infer<typeof environmentErrorSchema>;

const failedSchema = z.object({
  type: z.literal('failed'),
  error: environmentErrorSchema,
  /** True if the same request always fails this way, so a retry is pointless. */
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
 * One line of the NDJSON response to POST /environments. The last line is always `installed` or `failed`. Packages missing from the
 * store are reported as soon as they can be fetched.
 */
export const environmentEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('step'), at: z.string(), step: z.enum(['tools', 'download', 'compile', 'archive']) }),
  logLineSchema.extend({ type: z.literal('log') }),
  z.object({ type: z.literal('package'), package: packageSchema }),
  z.object({ type: z.literal('installed'), environment: environmentSchema }),
  failedSchema,
]);
export type EnvironmentEvent = z.infer<typeof environmentEventSchema>;

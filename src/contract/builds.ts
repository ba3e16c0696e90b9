// POST /builds of the builder: a stored source to an executable, told line by line, with where it came from.
import { z } from 'zod';
import { sha256Hex } from '../core/digest.ts';
import { commitText, sha256Text } from './digests.ts';
import { logLineSchema } from './log-line.ts';

export const buildSpecSchema = z.strictObject({
  runtime: z.literal('go'),
  /** SHA-256 of the source's archive, a zip that was sent by PUT /blobs/{sha256}. */
  archive: sha256Text,
  /** Of which commit it is: for the provenance only. */
  commit: commitText.nullable(),
  /** Builds of one scope share what the compiler keeps between them; name it by the plugin's id. */
  scope: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
});
export type BuildSpec = z.infer<typeof buildSpecSchema>;

/**
 * By what a build is found again: the source's bytes and the recipe, which is the builder's own (GET /health): toolchain, target,
 * flags and all that is compiled in. Where the source came from is no part of it.
 */
export function buildKey(archive: string, recipe: string): Promise<string> {
  return sha256Hex(`${archive}\0${recipe}`);
}

export const buildModuleSchema = z.object({
  path: z.string(),
  version: z.string(),
  /** As in go.sum; null for what the builder itself compiles in. */
  sum: z.string().nullable(),
});

/** What an artifact was made of. The same again gives the same bytes. */
export const provenanceSchema = z.object({
  archive: sha256Text,
  commit: commitText.nullable(),
  /** Such as `go1.26.8`. */
  toolchain: z.string(),
  /** Such as `linux/amd64`. */
  target: z.string(),
  flags: z.array(z.string()),
  recipe: sha256Text,
  /** All that is compiled in besides the standard library and the plugin itself. */
  modules: z.array(buildModuleSchema),
});
export type Provenance = z.infer<typeof provenanceSchema>;

export const buildSchema = z.object({
  key: sha256Text,
  /** The executable: GET /blobs/{sha256} has it, until the builder forgets it. */
  artifact: z.object({ sha256: sha256Text, size_bytes: z.int().min(1) }),
  provenance: provenanceSchema,
  /** Whether an earlier build was the answer. */
  cached: z.boolean(),
  duration_ms: z.number().min(0),
});
export type Build = z.infer<typeof buildSchema>;

export const buildErrorCodes = [
  'archive-invalid',
  /** What is never compiled: cgo, native code, directives, local replacements; no package main, no `var Plugin`. */
  'source-refused',
  'compile-failed',
  /** A module can't be had: it is unknown to the module proxy, fails its checksum, or the proxy doesn't answer. */
  'modules-unavailable',
  /** It took more time, memory or disk than a build may. */
  'limit-exceeded',
  /** Through no fault of the source. */
  'build-failed',
] as const;

export const buildErrorSchema = z.object({
  code: z.enum(buildErrorCodes),
  /** For people: the compiler's own words, with file:line:column in the repository. */
  message: z.string(),
});
export type BuildError = z.infer<typeof buildErrorSchema>;

/** One line of the NDJSON answer to POST /builds. The last line is always a result. */
export const buildEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('step'),
    at: z.string(),
    step: z.enum(['wait', 'unpack', 'prepare', 'download', 'compile']),
  }),
  logLineSchema.extend({ type: z.literal('log') }),
  z.object({ type: z.literal('built'), build: buildSchema }),
  z.object({
    type: z.literal('failed'),
    key: sha256Text,
    error: buildErrorSchema,
    /** Whether the same source fails in the same way each time, so that nobody need try again. */
    deterministic: z.boolean(),
  }),
]);
export type BuildEvent = z.infer<typeof buildEventSchema>;

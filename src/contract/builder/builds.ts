// Defines the builder's POST /builds, which compiles a stored source to an executable: the spec, the streamed events, and the result
// with its provenance.
import { z } from 'zod';
import { sha256Hex } from '../../core/digest.ts';
import { ageSchema } from '../advisories.ts';
import { commitText, sha256Text } from '../digests.ts';
import { hostedFor } from './hosted-for.ts';
import { logLineSchema } from './logs/line.ts';

export const buildSpecSchema = z.strictObject({
  runtime: z.literal('go'),
  organization: hostedFor,
  /** SHA-256 of the source archive, a zip sent with PUT /blobs/{sha256}. */
  archive: sha256Text,
  /** The source's commit, only recorded in the provenance. */
  commit: commitText.nullable(),
  /** Builds with the same scope share a compile cache. Use the plugin's ID. */
  scope: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  /** Also builds WebAssembly for an isolate, if the source can run there. */
  wasm: z.literal(true).optional(),
  /** Fails if a required module is younger than this, such as `3d`. */
  older_than: ageSchema.optional(),
});
export type BuildSpec = z.infer<typeof buildSpecSchema>;

/**
 * Returns a build ID: the source's bytes and the builder's recipe (GET /health), which covers toolchain, target, flags and the host
 * module. The same bytes have the same key, regardless of their repository.
 */
export function buildKey(
  { archive, wasm, older_than: olderThan }: Pick<BuildSpec, 'archive' | 'wasm' | 'older_than'>,
  recipe: string,
): Promise<string> {
  // A build that once passed the check of its modules' ages always would, because they only get older.
  const checked = olderThan === undefined ? '' : `\0older than ${olderThan}`;
  return sha256Hex(`${archive}\0${recipe}${wasm ? '\0wasm' : ''}${checked}`);
}

/** The source's folder with its private modules, by path. `cmd/prepare` compiles them instead of downloading them from a proxy. */
export const privateModulesFolder = 'slipway-modules';

/** Returns whether a module is replaced by its copy in the source, because no proxy serves the module. */
export function isPrivateCopy(path: string): boolean {
  return path.startsWith(`./${privateModulesFolder}/`);
}

export const buildModuleSchema = z.object({
  path: z.string(),
  version: z.string(),
  /** As in go.sum. Null for the host module, which the builder adds. */
  sum: z.string().nullable(),
});

/** All inputs of an artifact. Builds with the same provenance give the same bytes. */
export const provenanceSchema = z.object({
  archive: sha256Text,
  commit: commitText.nullable(),
  /** For example, `go1.26.8`. */
  toolchain: z.string(),
  /** For example, `linux/amd64`. */
  target: z.string(),
  flags: z.array(z.string()),
  recipe: sha256Text,
  /** Modules compiled in, except the standard library and the plugin itself. */
  modules: z.array(buildModuleSchema),
});
export type Provenance = z.infer<typeof provenanceSchema>;

const artifactSchema = z.object({ sha256: sha256Text, size_bytes: z.int().min(1) });

/** A build's WebAssembly module with its provenance, or why there is none: `uses net/http: needs a container`. */
export const wasmOutcomeSchema = z.union([
  z.object({
    artifact: artifactSchema.extend({ compressed_bytes: z.int().min(1) }),
    provenance: provenanceSchema,
  }),
  z.object({
    reason: z.string(),
    /** The next build may have another outcome, so this one isn't recorded. */
    retry: z.literal(true).optional(),
  }),
]);
export type WasmOutcome = z.infer<typeof wasmOutcomeSchema>;

export const buildSchema = z.object({
  key: sha256Text,
  /** The executable. GET /blobs/{sha256} returns it until the builder evicts it. */
  artifact: artifactSchema,
  provenance: provenanceSchema,
  /** Omitted if not requested. */
  wasm: wasmOutcomeSchema.optional(),
  /** True if this is an earlier build's result. */
  cached: z.boolean(),
  duration_ms: z.number().min(0),
});
export type Build = z.infer<typeof buildSchema>;

/** Returns whether the same source always has this result. */
export function isLasting({ wasm }: Pick<Build, 'wasm'>): boolean {
  return !(wasm && 'retry' in wasm);
}

export const buildErrorCodes = [
  'archive-invalid',
  /** The source contains something that is never compiled (cgo, native code, directives, local replacements) or has no `var Plugin`. */
  'source-refused',
  'compile-failed',
  /** A module could not be downloaded: the proxy doesn't know it or doesn't respond, or the checksum doesn't match. */
  'modules-unavailable',
  /** A module is younger than `older_than`, or its age is unknown. */
  'modules-too-young',
  /** The build exceeded its time, memory or disk limit. */
  'limit-exceeded',
  /** The builder failed; the source is not at fault. */
  'build-failed',
] as const;

export const buildErrorSchema = z.object({
  code: z.enum(buildErrorCodes),
  /** For the author: the compiler's output, with file:line:column in the repository. */
  message: z.string(),
});
export type BuildError = z.infer<typeof buildErrorSchema>;

/** One line of the NDJSON response to POST /builds. The last line is always `built` or `failed`. */
export const buildEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('step'),
    at: z.string(),
    step: z.enum(['wait', 'unpack', 'prepare', 'download', 'compile', 'compile-wasm']),
  }),
  logLineSchema.extend({ type: z.literal('log') }),
  z.object({ type: z.literal('built'), build: buildSchema }),
  z.object({
    type: z.literal('failed'),
    key: sha256Text,
    error: buildErrorSchema,
    /** True if the same source always fails this way, so a retry is pointless. */
    deterministic: z.boolean(),
  }),
]);
export type BuildEvent = z.infer<typeof buildEventSchema>;

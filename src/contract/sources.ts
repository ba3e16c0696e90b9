// Defines POST /sources of the builder, which fetches a ref of a Git repository as a zip archive.
import { z } from 'zod';
import { commitText, sha256Text } from './digests.ts';

/** Both fields exactly as the user entered them. The builder validates them (docs/security.md). */
export const sourceRequestSchema = z.strictObject({
  repository: z.string(),
  /** A tag, a branch or a full commit hash. A tag takes precedence over a branch of the same name. */
  ref: z.string(),
});
export type SourceRequest = z.infer<typeof sourceRequestSchema>;

export const sourceSchema = z.object({
  commit: commitText,
  ref_kind: z.enum(['tag', 'branch', 'commit']),
  /** SHA-256 of the archive. The same tree always gives the same bytes. */
  sha256: sha256Text,
  size_bytes: z.int().min(1),
  files: z.int().min(1),
});
export type Source = z.infer<typeof sourceSchema>;

/** The header of a 200 `application/zip` response that carries the `Source` as JSON; the body is the archive. */
export const sourceHeader = 'slipway-source';

export const sourceRefusalCodes = [
  /** The URL is not allowed. No connection was made. */
  'repository-not-taken',
  'repository-not-found',
  /** No connection, no response, or not a Git response. A retry may succeed. */
  'repository-unreachable',
  /** The ref is malformed. */
  'ref-not-taken',
  'ref-not-found',
  /** The tree contains something that is not fetched: a submodule, a symbolic link, a Git LFS pointer. */
  'tree-not-taken',
  'source-too-large',
  'fetch-timeout',
] as const;

/** The 200 `application/json` response if the source can't be fetched: a result, not a builder error. */
export const sourceRefusalSchema = z.object({
  refused: z.object({
    code: z.enum(sourceRefusalCodes),
    /** For the user: what was refused and why. */
    message: z.string(),
  }),
});
export type SourceRefusal = z.infer<typeof sourceRefusalSchema>;

// POST /sources of the builder: what a Git repository has under a ref, as an archive, or why not.
import { z } from 'zod';
import { commitText, sha256Text } from './digests.ts';

/** Both as a user gave them: every rule about them is the builder's (docs/security.md). */
export const sourceRequestSchema = z.strictObject({
  repository: z.string(),
  /** A tag, a branch or a whole commit; a tag wins over a branch of its name. */
  ref: z.string(),
});
export type SourceRequest = z.infer<typeof sourceRequestSchema>;

export const sourceSchema = z.object({
  commit: commitText,
  ref_kind: z.enum(['tag', 'branch', 'commit']),
  /** Of the archive: a zip that is the same, byte for byte, for the same tree. */
  sha256: sha256Text,
  size_bytes: z.int().min(1),
  files: z.int().min(1),
});
export type Source = z.infer<typeof sourceSchema>;

/** 200 with `application/zip`: the body is the archive, and this header has its `Source` as JSON. */
export const sourceHeader = 'slipway-source';

export const sourceRefusalCodes = [
  /** The URL is not one that is fetched from; nothing was connected to. */
  'repository-not-taken',
  'repository-not-found',
  /** No connection, no answer, or one that isn't Git's: it may be another time. */
  'repository-unreachable',
  /** The ref has a form that is not looked up, such as a shortened commit. */
  'ref-not-taken',
  'ref-not-found',
  /** The tree holds what is not fetched: a submodule, a symbolic link, a pointer of Git LFS. */
  'tree-not-taken',
  'source-too-large',
  'fetch-timeout',
] as const;

/** 200 with `application/json`: an outcome, not a failure of the builder. */
export const sourceRefusalSchema = z.object({
  refused: z.object({
    code: z.enum(sourceRefusalCodes),
    /** For people: what and why. */
    message: z.string(),
  }),
});
export type SourceRefusal = z.infer<typeof sourceRefusalSchema>;

// Defines Git sources: the builder's POST /sources, which fetches a repository's ref as a zip archive, and what an upload and its
// version record about it.
import { z } from 'zod';
import { commitText, sha256Text } from '../digests.ts';
import { requestedPlacementSchema } from '../plugin/version-placement.ts';
import { hostedFor } from './hosted-for.ts';

/** Text that fits into a header and into a line of Git's credential protocol. */
export const sourceCredentialText = z.string().regex(/^[!-~]+$/, 'must be printable ASCII without spaces');

const credentialPlace = {
  /** Where the credential may be sent (contract/builder/source-places.ts). */
  place: z.strictObject({ host: z.string(), path: z.string() }),
  username: sourceCredentialText,
  /** Expiry in milliseconds, if known. */
  expires_at: z.number().nullable(),
};

/** The public part of an SSH key, as known_hosts files list it after the host. */
export const sshPublicKey = z
  .string()
  .regex(/^(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) [A-Za-z0-9+/]{40,4000}={0,2}$/);

/** Must not look like a program's option. */
export const sshUsername = z
  .string()
  .regex(/^[A-Za-z0-9_][\w.-]{0,99}$/, 'must be a name of letters, digits and `_.-`');

const deployKeySchema = z.strictObject({
  ...credentialPlace,
  username: sshUsername,
  /** Without a passphrase, as ssh-keygen writes it. Used to fetch the repository over SSH. */
  private_key: z.string(),
  /** The host's accepted keys. If the host has any other key, nothing is sent. */
  known_hosts: z.array(sshPublicKey).min(1),
});
export type DeployKey = z.infer<typeof deployKeySchema>;

/** An organization's credential for a repository's host and path: a token or a deploy key. */
export const sourceCredentialSchema = z.union([
  z.strictObject({ ...credentialPlace, token: sourceCredentialText }),
  deployKeySchema,
]);
export type SourceCredential = z.infer<typeof sourceCredentialSchema>;

/** The repository, ref and path exactly as the user entered them. The builder validates them (docs/security.md). */
export const sourceRequestSchema = z.strictObject({
  repository: z.string(),
  /**
   * A tag, a branch or a full commit hash. A tag takes precedence over a branch of the same name; `refs/tags/…` and `refs/heads/…` name
   * only one of them.
   */
  ref: z.string(),
  /** The folder to pack, from the repository's root. Defaults to all files. */
  path: z.string().optional(),
  organization: hostedFor,
  /** Sent only to the repository's server, if it asks for one. */
  credential: sourceCredentialSchema.optional(),
});
export type SourceRequest = z.infer<typeof sourceRequestSchema>;

export const sourceSchema = z.object({
  /** The repository that served it: another one than was asked for, if that has moved. */
  repository: z.string(),
  commit: commitText,
  ref_kind: z.enum(['tag', 'branch', 'commit']),
  /** The archive's SHA-256. The same tree always gives the same bytes. */
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
  /** The server asks for a credential, but the organization has none for the repository. */
  'credential-missing',
  /** The server rejected the credential. */
  'credential-refused',
  /** The server rejected the credential, which has expired. */
  'credential-expired',
  /** The host presented an SSH key that the organization doesn't accept. Nothing was sent. */
  'host-key-changed',
  /** No connection, no response, or not a Git response. A retry may succeed. */
  'repository-unreachable',
  /** The ref is malformed. */
  'ref-not-taken',
  'ref-not-found',
  /** The path is malformed. */
  'path-not-taken',
  /** The commit has no folder at that path. */
  'path-not-found',
  /** The tree contains something that isn't fetched: a submodule, a symbolic link or a Git LFS pointer. */
  'tree-not-taken',
  'source-too-large',
  'fetch-timeout',
] as const;

/** The 200 `application/json` response if the source can't be fetched: a result, not a builder error. */
export const sourceRefusalSchema = z.object({
  refused: z.object({
    code: z.enum(sourceRefusalCodes),
    /** For the user: what was rejected and why. */
    message: z.string(),
  }),
});
export type SourceRefusal = z.infer<typeof sourceRefusalSchema>;

/** An upload's Git source, also recorded on its version. */
export const gitSourceSchema = z.object({
  /** As requested until the ref is resolved; then the repository that served it. */
  repository: z.string(),
  /** Ref as requested: a tag, a branch or a commit. */
  ref: z.string(),
  /** Null until the ref is resolved. */
  commit: commitText.nullable(),
  /** The plugin's folder. Undefined for the repository's root. */
  path: z.string().optional(),
  /** True if the caller chose the plugin's name. Otherwise its files name it. */
  named: z.boolean(),
  /** Where the caller wants a Go plugin to run. Undefined to follow its plugin.yaml. */
  placement: requestedPlacementSchema.optional(),
});
export type GitSource = z.infer<typeof gitSourceSchema>;

/** Characters of the tags and branches that Slipway fetches. Git allows more, but no provider's pages and no shell take those as they are. */
export const refCharacters = 'A-Za-z0-9._/+@=,#-';
/** `refCharacters` for people. */
export const refCharactersText = 'letters, digits and . _ / + - @ = , #';

/** Shortens `refs/tags/v1` and `refs/heads/main` to the common name. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:tags|heads)\//, '');
}

/** A fetched source and its archive. The caller must read the archive to the end or cancel it. */
export interface FetchedSource {
  source: Source;
  archive: ReadableStream<Uint8Array>;
}

// Identifies content by its files, however they are packed (decision 147). The digest is the one in Go's module checksums (`h1:`): SHA-256
// of what sha256sum prints for the files, sorted by the bytes of their paths. Modes don't count, because no unpacking applies them.
import { hex } from '../core/digest.ts';
import type { IndexEntry } from './contents/stored-index.ts';

const encoder = new TextEncoder();

interface DigestedFile {
  /** Without line breaks, as archive/rules/paths.ts ensures. */
  path: string;
  sha256: string;
}

/** The paths must be unique. */
export async function filesDigest(files: Iterable<DigestedFile>): Promise<Uint8Array> {
  // JavaScript compares UTF-16 units, whose order differs above U+FFFF.
  const lines = [...files].map(({ path, sha256 }) => ({ at: hex(encoder.encode(path)), text: `${sha256}  ${path}\n` }));
  lines.sort((a, b) => (a.at < b.at ? -1 : 1));
  const listing = encoder.encode(lines.map(({ text }) => text).join(''));
  return new Uint8Array(await crypto.subtle.digest('SHA-256', listing));
}

/** Returns the digest in hexadecimal, or null if a file's own digest is unknown. */
export async function filesSha256(files: readonly IndexEntry[]): Promise<string | null> {
  const known = files.flatMap(({ path, sha256 }) => (sha256 === null ? [] : [{ path, sha256 }]));
  return known.length < files.length ? null : hex(await filesDigest(known));
}

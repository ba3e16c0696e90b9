// Reads a lock's text, as sent to a builder or written by uv.
import { createHash } from 'node:crypto';
import type { EnvironmentSpec } from '../../../../src/contract/builder/environments.ts';
import {
  formatOrigin,
  InvalidLock,
  type LockEntry,
  lockEntries,
  type PackageOrigin,
} from '../../../../src/contract/builder/packages.ts';
import { EnvironmentFailed } from '../environment-failed.ts';

export function lockDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Throws an EnvironmentFailed if the text isn't a lock. */
export function readLock(text: string): LockEntry[] {
  try {
    return lockEntries(text);
  } catch (error) {
    throw error instanceof InvalidLock ? new EnvironmentFailed('lock-invalid', error.message) : error;
  }
}

/** Splits uv's output into the lock's text and, for each package, the URL of its index. */
export function separateIndexes(printed: string): { text: string; indexes: (string | null)[] } {
  const kept: string[] = [];
  const indexes: (string | null)[] = [];
  for (const line of printed.split('\n')) {
    const [, from] = /^ +# from (.*)$/.exec(line) ?? [];
    if (from !== undefined) indexes[indexes.length - 1] = shownUrl(from);
    else kept.push(line);
    if (/^[^ ]/.test(line)) indexes.push(null);
  }
  return { text: kept.join('\n'), indexes };
}

/** Returns the text with each package's origin, if known, after its hashes. */
export function withOrigins(text: string, originOf: (name: string) => PackageOrigin | undefined): string {
  let origin: PackageOrigin | undefined;
  const lines = text.split('\n').map((line) => {
    const [, name] = /^([a-z0-9.-]+)==/.exec(line) ?? [];
    if (name !== undefined) origin = originOf(name);
    return origin === undefined || line === '' || line.endsWith('\\') ? line : `${line} ${formatOrigin(origin)}`;
  });
  return lines.join('\n');
}

/** Returns the text with these hashes of its packages, in the lock's order. Undefined leaves a package as it is. */
export function withHashes(text: string, hashes: readonly (string[] | undefined)[]): string {
  const blocks = text.split(/\n(?! )/).map((block, at) => {
    const [entry] = block.split(' \\\n', 1);
    const lines = hashes[at]?.map((hash) => `    --hash=sha256:${hash}`);
    return lines ? `${entry} \\\n${lines.join(' \\\n')}` : block;
  });
  return blocks.join('\n');
}

/** A URL's user and password belong to the operator and must not be shown. */
function shownUrl(text: string): string | null {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url.origin + url.pathname : null;
}

/** Throws an EnvironmentFailed if the text isn't a lock, doesn't match the digest, or contains another organization's package. */
export function checkedLock({ lock: { digest, text }, organization }: EnvironmentSpec): LockEntry[] {
  if (lockDigest(text) !== digest) throw new EnvironmentFailed('lock-invalid', 'The lock does not match its digest.');
  const entries = readLock(text);
  if (entries.some(({ origin }) => origin && origin.organization !== organization))
    throw new EnvironmentFailed('lock-invalid', "The lock contains another organization's package.");
  return entries;
}

// Reads the text of a lock that a builder was sent, or that uv wrote.
import { createHash } from 'node:crypto';
import type { EnvironmentSpec } from '../../../src/contract/builder/environments.ts';
import { InvalidLock, type LockEntry, lockEntries } from '../../../src/contract/builder/packages.ts';
import { EnvironmentFailed } from './environment-failed.ts';

export function lockDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Throws an EnvironmentFailed if the text is not a lock's. */
export function readLock(text: string): LockEntry[] {
  try {
    return lockEntries(text);
  } catch (error) {
    throw error instanceof InvalidLock ? new EnvironmentFailed('lock-invalid', error.message) : error;
  }
}

/** Separates what uv printed into the text of a lock and, for each of its packages, the URL of the index that had it. */
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

/** The user and password in a URL are the operator's. */
function shownUrl(text: string): string | null {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url.origin + url.pathname : null;
}

/** Throws an EnvironmentFailed if the text is not a lock's, or does not have the digest. */
export function checkedLock({ digest, text }: EnvironmentSpec['lock']): LockEntry[] {
  if (lockDigest(text) !== digest) throw new EnvironmentFailed('lock-invalid', 'The lock does not have its digest.');
  return readLock(text);
}

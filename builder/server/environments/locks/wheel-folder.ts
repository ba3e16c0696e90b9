// Reads a folder of wheels (BUILDER_WHEELS). From a folder, uv locks one wheel of each package. A lock must also allow the package's
// wheels for other Pythons and platforms, as with an index.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Lock } from '../../../../src/contract/builder/environments.ts';
import { normalizedName } from '../../../../src/contract/plugin/requirement.ts';
import { lockDigest, readLock, withHashes } from './lock-text.ts';

/** A wheel's file name has these parts (PEP 427), each but the first two with dots between alternatives. */
const wheelName =
  /^(?<name>[^-]+)-(?<version>[^-]+)(?:-\d[^-]*)?-(?<pythons>[^-]+)-(?<abis>[^-]+)-(?<platforms>[^-]+)\.whl$/;

/** Digests by path, size and time of change, because wheels of several GB stay the same for months. */
const digests = new Map<string, string>();
const digestsMax = 10_000;

/**
 * Adds the hashes of all wheels in the folder that have a locked package's name and version and support a Python since `oldest`.
 * Packages from an index have theirs already.
 */
export async function allowAllWheels(lock: Lock, folder: string, oldest: string): Promise<Lock> {
  const files = await readdir(folder);
  const hashes = await Promise.all(
    readLock(lock.text).map(async ({ name, version, hashes, origin }, at) => {
      if (origin !== null || lock.packages[at]?.index !== null) return undefined;
      const wheels = files.filter((file) => isWheelOf(file, { name, version, oldest }));
      if (wheels.length < 2) return undefined;
      const found = await Promise.all(wheels.map((file) => fileDigest(join(folder, file))));
      return [...new Set([...hashes, ...found])].sort();
    }),
  );
  const text = withHashes(lock.text, hashes);
  return { ...lock, text, digest: lockDigest(text) };
}

function isWheelOf(file: string, locked: { name: string; version: string; oldest: string }): boolean {
  const { name, version, pythons = '', abis = '' } = wheelName.exec(file)?.groups ?? {};
  if (name === undefined || version === undefined || normalizedName(name) !== locked.name) return false;
  if (normalizedVersion(version) !== normalizedVersion(locked.version)) return false;
  return pythons.split('.').some((tag) => supportsSince(tag, abis.split('.'), locked.oldest));
}

/** A file name may have a version as its author wrote it, such as `2026.01.05` for `2026.1.5`. */
function normalizedVersion(version: string): string {
  return version
    .toLowerCase()
    .replaceAll(/[-_]/g, '.')
    .replaceAll(/(^|[.+!])0+(?=\d)/g, '$1');
}

/** Wheels of pure Python and of the stable ABI also support all newer Pythons. */
function supportsSince(tag: string, abis: string[], oldest: string): boolean {
  const [, kind, minor] = /^(py|cp)3(\d*)$/.exec(tag) ?? [];
  if (kind === undefined) return false;
  if (kind === 'py' || abis.includes('abi3')) return true;
  return Number(minor) >= Number(oldest.split('.')[1]);
}

async function fileDigest(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const key = `${path}\0${size}\0${mtimeMs}`;
  const known = digests.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  const digest = hash.digest('hex');
  if (digests.size >= digestsMax) digests.clear();
  digests.set(key, digest);
  return digest;
}

// Defines packages: one lock entry for one Python and platform. Each package is installed, compiled and stored separately, and shared
// by all environments that contain it (decision 43).
import { z } from 'zod';
import { sha256Hex } from '../../core/digest.ts';
import { sha256Text } from '../digests.ts';

/** Target that installed packages must match: the instance's Python and machine. */
export const environmentTargetSchema = z.object({
  /** For example, `3.12`, or `3.13t` for a free-threaded build. */
  python: z.string().regex(/^3\.\d{1,3}t?$/),
  /** For example, `x86_64-manylinux_2_36`. */
  platform: z.string().regex(/^[a-z0-9_-]{1,64}$/),
});
export type EnvironmentTarget = z.infer<typeof environmentTargetSchema>;

/** A package in a lock. A name may occur twice, with markers that exclude each other. */
export const lockedPackageSchema = z.object({
  /** Normalized (PEP 503). */
  name: z.string(),
  version: z.string(),
  /** Condition for installing it, such as `sys_platform == 'linux'`. Null means always. */
  marker: z.string().nullable(),
  /**
   * URL, without credentials, of the index that had it at resolution. Null if it came from a folder that the builder's operator
   * provides.
   */
  index: z.string().nullable(),
});
export type LockedPackage = z.infer<typeof lockedPackageSchema>;

/** An organization's index that exclusively serves a package, which therefore belongs to that organization. */
export interface PackageOrigin {
  index: string;
  organization: string;
}

/** One line in a lock. */
export interface LockEntry extends Omit<LockedPackage, 'index'> {
  /** SHA-256 of each allowed wheel. */
  hashes: string[];
  /** Null for a public package. */
  origin: PackageOrigin | null;
}

const line =
  /^(?<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)==(?<version>[A-Za-z0-9.!+_-]+)(?: ; (?<marker>(?:(?! --hash=)[^#\\])*))?(?<hashes>(?: --hash=sha256:[0-9a-f]{64})+)(?: # from (?<index>\S+) for (?<organization>\S+))?$/;

export class InvalidLock extends Error {
  override readonly name = 'InvalidLock';
}

const continuation = / \\\n +/g;

/** Returns the lock's lines of packages from an organization's own indexes. */
export function ownLockLines(text: string): string {
  const lines = text.replaceAll(continuation, ' ').split('\n');
  return lines
    .filter((logical) => line.exec(logical)?.groups?.index !== undefined)
    .map((own) => `${own}\n`)
    .join('');
}

/** Throws an InvalidLock if the text has anything that never occurs in a lock, such as an option or a package without hashes. */
export function lockEntries(text: string): LockEntry[] {
  return text
    .replaceAll(continuation, ' ')
    .split('\n')
    .filter((logical) => logical !== '')
    .map((logical) => {
      const { name, version, marker, hashes, index, organization } = line.exec(logical)?.groups ?? {};
      if (name === undefined || version === undefined || hashes === undefined)
        throw new InvalidLock(`The lock has a line that is not a package: ${logical.slice(0, 200)}`);
      const digests = [...hashes.matchAll(/[0-9a-f]{64}/g)].map(([digest]) => digest);
      const origin = index === undefined || organization === undefined ? null : { index, organization };
      return { name, version, marker: marker ?? null, hashes: digests, origin };
    });
}

/** Increment when the same wheel is installed differently, so no builder reuses an older package. */
const layout = '2';

/**
 * Returns a package ID from its entry and target. The hashes identify the allowed wheels, whichever index has them. The marker is
 * included because no package is installed where it doesn't hold. A package from an organization's own index stays private to it:
 * another organization's index may claim the same hashes without having the wheel.
 */
export function packageKey(
  { name, version, marker, hashes, origin }: LockEntry,
  { python, platform }: EnvironmentTarget,
): Promise<string> {
  const owner = origin ? [origin.organization] : [];
  return sha256Hex([name, version, marker ?? '', ...hashes.toSorted(), ...owner, python, platform, layout].join('\0'));
}

/** Formats the origin as a comment, which other readers of requirements ignore. */
export function formatOrigin({ index, organization }: PackageOrigin): string {
  return `# from ${index} for ${organization}`;
}

/** A part of a package's archive. Parts are blobs of at most `packagePartBytes` each, sent and stored in parallel. */
export const packagePartSchema = z.object({ sha256: sha256Text, size_bytes: z.int().min(1) });
export type PackagePart = z.infer<typeof packagePartSchema>;

export const environmentPackageSchema = z.object({ key: sha256Text, name: z.string(), version: z.string() });

export const packageSchema = environmentPackageSchema.extend({
  /** Unpacked, including bytecode. */
  size_bytes: z.int().min(0),
  files: z.int().min(0),
  /** Files and folders removed after the installation, because they would run without being imported or are bytecode. */
  removed: z.array(z.string()),
  /**
   * The package's files in one archive, split into parts in this order. GET /blobs/{sha256} returns each part until the builder evicts
   * it. Empty if the package stays only on the builder (decision 43).
   */
  parts: z.array(packagePartSchema),
});
export type Package = z.infer<typeof packageSchema>;

/** A package already in the store, so a builder neither installs nor packs it. */
export const storedPackageSchema = packageSchema.pick({ key: true, size_bytes: true, files: true }).strict();
export type StoredPackage = z.infer<typeof storedPackageSchema>;

/** PUT /packages/{key}: unpacks a package from its previously sent parts. */
export const packageContentSchema = z.strictObject({ parts: z.array(sha256Text).min(1).max(1000) });
export type PackageContent = z.infer<typeof packageContentSchema>;

// Defines packages: what one entry of a lock is for one Python and platform. Each is installed, compiled and stored alone, and shared by
// all environments that have it (decision 43).
import { z } from 'zod';
import { sha256Hex } from '../../core/digest.ts';
import { sha256Text } from '../digests.ts';

/** Target that installed packages must suit: the Python of the instance, and its machine. */
export const environmentTargetSchema = z.object({
  /** For example `3.12`, or `3.13t` without the global lock. */
  python: z.string().regex(/^3\.\d{1,3}t?$/),
  /** For example `x86_64-manylinux_2_36`. */
  platform: z.string().regex(/^[a-z0-9_-]{1,64}$/),
});
export type EnvironmentTarget = z.infer<typeof environmentTargetSchema>;

/** A package of a lock. The same name occurs twice if the markers exclude each other. */
export const lockedPackageSchema = z.object({
  /** Normalized (PEP 503). */
  name: z.string(),
  version: z.string(),
  /** When it is installed, such as `sys_platform == 'linux'`. Null: always. */
  marker: z.string().nullable(),
  /** URL of the index that had it when it was resolved, without a name and a password. Null: a folder of the builder's operator. */
  index: z.string().nullable(),
});
export type LockedPackage = z.infer<typeof lockedPackageSchema>;

/** The index of an organization that alone has a package, which therefore belongs to that organization. */
export interface PackageOrigin {
  index: string;
  organization: string;
}

/** One line of a lock. */
export interface LockEntry extends Omit<LockedPackage, 'index'> {
  /** SHA-256 of each wheel that may be installed. */
  hashes: string[];
  /** Null: a package for everyone. */
  origin: PackageOrigin | null;
}

const line =
  /^(?<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)==(?<version>[A-Za-z0-9.!+_-]+)(?: ; (?<marker>[^#\\]*?))?(?<hashes>(?: --hash=sha256:[0-9a-f]{64})+)(?: # from (?<index>\S+) for (?<organization>\S+))?$/;

export class InvalidLock extends Error {
  override readonly name = 'InvalidLock';
}

/** Throws an InvalidLock if the text has anything that a lock never has, such as an option or a package without hashes. */
export function lockEntries(text: string): LockEntry[] {
  return text
    .replaceAll(/ \\\n +/g, ' ')
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

/** Raised when the same wheel is installed differently, so that no builder uses a package of before. */
const layout = '2';

/**
 * Identifies a package by its entry and target. The hashes say which wheels it may be, whichever index has them. The marker is a part of
 * it, because where it doesn't hold there is no package. A package of an organization's own index is that organization's: an index of
 * another one may claim the same hashes without having the wheel.
 */
export function packageKey(
  { name, version, marker, hashes, origin }: LockEntry,
  { python, platform }: EnvironmentTarget,
): Promise<string> {
  const owner = origin ? [origin.organization] : [];
  return sha256Hex([name, version, marker ?? '', ...hashes.toSorted(), ...owner, python, platform, layout].join('\0'));
}

/** A comment to every other reader of requirements. */
export function formatOrigin({ index, organization }: PackageOrigin): string {
  return `# from ${index} for ${organization}`;
}

/** A part of a package's archive. Parts are blobs, at most `packagePartBytes` each, that are sent and stored side by side. */
export const packagePartSchema = z.object({ sha256: sha256Text, size_bytes: z.int().min(1) });
export type PackagePart = z.infer<typeof packagePartSchema>;

export const environmentPackageSchema = z.object({ key: sha256Text, name: z.string(), version: z.string() });
/** A package of an environment. */
export type EnvironmentPackage = z.infer<typeof environmentPackageSchema>;

export const packageSchema = environmentPackageSchema.extend({
  /** Unpacked, with its bytecode. */
  size_bytes: z.int().min(0),
  files: z.int().min(0),
  /** Files and folders that were installed and then removed: they would run without being imported, or are bytecode. */
  removed: z.array(z.string()),
  /**
   * Its files in one archive, which is the parts in this order. GET /blobs/{sha256} returns each until the builder evicts it. None: it stays
   * on the builder alone (decision 43).
   */
  parts: z.array(packagePartSchema),
});
export type Package = z.infer<typeof packageSchema>;

/** A package that the store has, so that a builder neither installs nor packs it. */
export const storedPackageSchema = packageSchema.pick({ key: true, size_bytes: true, files: true }).strict();
export type StoredPackage = z.infer<typeof storedPackageSchema>;

/** PUT /packages/{key}: unpacks a package from its parts, which are sent before. */
export const packageContentSchema = z.strictObject({ parts: z.array(sha256Text).min(1).max(1000) });
export type PackageContent = z.infer<typeof packageContentSchema>;

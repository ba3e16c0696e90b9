// Compares the locks of two versions: packages added, removed, and in another version. Pure.
import type { LockedPackage } from '../../contract/builder/packages.ts';

export interface PackageChange {
  name: string;
  /** Null if the version has no such package. Several versions of one name, for different machines, are joined by commas. */
  from: string | null;
  to: string | null;
}

export function packageChanges(before: readonly LockedPackage[], after: readonly LockedPackage[]): PackageChange[] {
  const old = versionsByName(before);
  const now = versionsByName(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .map((name) => ({ name, from: old.get(name) ?? null, to: now.get(name) ?? null }))
    .filter(({ from, to }) => from !== to);
}

function versionsByName(packages: readonly LockedPackage[]): Map<string, string> {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of packages) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return new Map([...versions].map(([name, all]) => [name, [...all].sort().join(', ')]));
}

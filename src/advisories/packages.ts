// Lists the packages that a version contains: a Python plugin's from its lock, a Go plugin's from its build.
import { goStandardLibrary, packageUrl, type UsedPackage } from '../contract/advisories.ts';
import type { BuildOutput } from '../contract/builder/go-plugins.ts';
import type { LockedPackage } from '../contract/builder/packages.ts';
import { goVersion } from '../osv/versions.ts';

export type IndexedPackage = UsedPackage & { purl: string };

/**
 * Returns each package once. A Python plugin that has no lock contains none yet. Packages from private indexes count too, since those
 * often mirror public ones.
 */
export function packagesIn(
  built: Pick<BuildOutput, 'provenance'> | null,
  locked: readonly LockedPackage[],
): IndexedPackage[] {
  const python = locked.map(({ name, version }) => ({ ecosystem: 'PyPI' as const, name, version }));
  const used = [...python, ...(built ? goPackages(built.provenance) : [])];
  const byPurl = new Map(used.map((one) => [packageUrl(one), one]));
  return [...byPurl].map(([purl, one]) => ({ ...one, purl }));
}

function goPackages({ modules, toolchain }: BuildOutput['provenance']): UsedPackage[] {
  const published = modules.filter(({ sum }) => sum !== null);
  return [
    ...published.map(({ path, version }) => ({ ecosystem: 'Go' as const, name: path, version: goVersion(version) })),
    { ecosystem: 'Go', name: goStandardLibrary, version: goVersion(toolchain) },
  ];
}

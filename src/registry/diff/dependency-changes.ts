// Compares two versions' declared dependencies. Compares names as PyPI does, and specifiers in any order. Pure.
import type { Analysis, ReachedCapability } from '../../contract/builder/analyses.ts';
import type { LockedPackage } from '../../contract/builder/packages.ts';
import { parseRequirement } from '../../contract/plugin/requirement.ts';

export interface DependencyChange {
  /** Name normalized as on PyPI, including any marker. */
  name: string;
  /** The requirement as written; null if the version has none. If several have the same name, they are joined by commas. */
  from: string | null;
  to: string | null;
}

export function dependencyChanges(before: readonly string[], after: readonly string[]): DependencyChange[] {
  const old = byKey(before);
  const now = byKey(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => meaningOf(old.get(key)) !== meaningOf(now.get(key)))
    .sort()
    .map((name) => ({ name, from: old.get(name)?.join(', ') ?? null, to: now.get(name)?.join(', ') ?? null }));
}

function byKey(requirements: readonly string[]): Map<string, string[]> {
  return Map.groupBy(requirements, (text) => parseRequirement(text)?.key ?? text);
}

/** Returns the same text for requirements that differ only in notation. */
function meaningOf(requirements: readonly string[] | undefined): string | undefined {
  return requirements
    ?.map((text) => {
      const parsed = parseRequirement(text);
      return parsed ? JSON.stringify([parsed.extras, parsed.specifier]) : text;
    })
    .sort()
    .join();
}

export interface PackageChange {
  name: string;
  /** Null if the version doesn't have the package. If it has several versions, for different machines, they are joined by commas. */
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

export interface CapabilityChange {
  change: 'added' | 'removed';
  /** The capability and how the version reaches it. */
  capability: ReachedCapability;
}

/**
 * Returns null unless both versions were analyzed. If another module reaches a capability now, that counts as one removed and one
 * added.
 */
export function capabilityChanges(before: Analysis | null, after: Analysis | null): CapabilityChange[] | null {
  if (!before || !after) return null;
  const onlyIn = (some: Analysis, others: Analysis) => {
    const known = new Set(others.reached.map(keyOf));
    return some.reached.filter((capability) => !known.has(keyOf(capability)));
  };
  const removed = onlyIn(before, after).map((capability) => ({ change: 'removed' as const, capability }));
  const added = onlyIn(after, before).map((capability) => ({ change: 'added' as const, capability }));
  return [...removed, ...added].sort(({ capability: a }, { capability: b }) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
}

/** Returns a capability's key. It includes the module but not the module's version, which `dependencies` shows. */
function keyOf({ module, name, reason }: ReachedCapability): string {
  return JSON.stringify([name, module?.replace(/@[^@]*$/, '') ?? null, reason !== undefined]);
}

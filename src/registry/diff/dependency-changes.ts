// Compares the declared dependencies of two versions: names as PyPI does, specifiers regardless of their order. Pure.
import { parseRequirement, type Requirement } from '../../manifest/dependencies.ts';

export interface DependencyChange {
  /** Normalized as by PyPI, with the marker if there is one. */
  name: string;
  /** The requirement as written; null if the version has none. */
  from: string | null;
  to: string | null;
}

export function dependencyChanges(before: readonly string[], after: readonly string[]): DependencyChange[] {
  const old = byKey(before);
  const now = byKey(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key)?.specifier !== now.get(key)?.specifier)
    .sort()
    .map((name) => ({ name, from: old.get(name)?.text ?? null, to: now.get(name)?.text ?? null }));
}

function byKey(requirements: readonly string[]): Map<string, Requirement> {
  return new Map(requirements.map(parseRequirement).map((requirement) => [requirement.key, requirement]));
}

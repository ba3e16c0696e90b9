// How the declared dependencies of two versions differ. Names are compared as PyPI does, specifiers without regard to their order. Pure.
import { parseRequirement, type Requirement } from '../../manifest/dependencies.ts';

export interface DependencyChange {
  /** As PyPI compares it, with the marker when there is one. */
  name: string;
  /** The requirement as it is written; null where there is none. */
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

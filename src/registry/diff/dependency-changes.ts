// Compares the declared dependencies of two versions: names as PyPI does, specifiers regardless of their order. Pure.
import { parseRequirement } from '../../contract/plugin/requirement.ts';

export interface DependencyChange {
  /** Normalized as by PyPI, with the marker if there is one. */
  name: string;
  /** The requirement as written; null if the version has none. Several of one name are joined by commas. */
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
  const byName = new Map<string, string[]>();
  for (const text of requirements) {
    const key = parseRequirement(text)?.key ?? text;
    byName.set(key, [...(byName.get(key) ?? []), text]);
  }
  return byName;
}

/** Equal for requirements that are only written differently. */
function meaningOf(requirements: readonly string[] | undefined): string | undefined {
  return requirements
    ?.map((text) => {
      const parsed = parseRequirement(text);
      return parsed ? JSON.stringify([parsed.extras, parsed.specifier]) : text;
    })
    .sort()
    .join();
}

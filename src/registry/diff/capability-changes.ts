// Compares what the programs of two versions of a Go plugin reach. Pure.
import type { Analysis, ReachedCapability } from '../../contract/builder/analyses.ts';

export interface CapabilityChange {
  change: 'added' | 'removed';
  /** Capability as in the version that reaches it. */
  capability: ReachedCapability;
}

/** Returns null unless both versions were analyzed. A capability that another module reaches is one that was removed and one that was added. */
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

/** Keys a capability by its module, but not by the module's version, which `dependencies` shows. */
function keyOf({ module, name, reason }: ReachedCapability): string {
  return JSON.stringify([name, module?.replace(/@[^@]*$/, '') ?? null, reason !== undefined]);
}

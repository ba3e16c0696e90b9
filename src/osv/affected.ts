// Decides whether an advisory affects a version of a package, as the OSV format defines it (ossf.github.io/osv-schema, "Evaluation").
import type { Affected, Ecosystem, RangeEvent } from '../contract/advisories.ts';
import { compareWithBound } from './versions.ts';

type Kind = 'introduced' | 'fixed' | 'last_affected';

/** An event at or before the version. */
interface Passed {
  kind: Kind;
  at: string;
}

/** A version that the ecosystem can't order is affected only if it is listed. */
export function isAffected(ecosystem: Ecosystem, { ranges, versions }: Affected, version: string): boolean {
  if (versions.some((listed) => listed === version || compareWithBound(ecosystem, version, listed) === 0)) return true;
  if (compareWithBound(ecosystem, version, version) === undefined) return false;
  return ranges.some((events) => isWithin(ecosystem, events, version));
}

/** Returns the lowest fix after the version that isn't itself affected. */
export function fixedIn(ecosystem: Ecosystem, affected: Affected, version: string): string | null {
  const fixes = affected.ranges
    .flat()
    .flatMap(({ fixed }) => fixed ?? [])
    .filter((fixed) => (compareWithBound(ecosystem, version, fixed) ?? 0) < 0)
    .filter((fixed) => !isAffected(ecosystem, affected, fixed))
    .sort((one, other) => compareWithBound(ecosystem, one, other) ?? 0);
  return fixes[0] ?? null;
}

/** The last event that the version has passed decides. */
function isWithin(ecosystem: Ecosystem, events: readonly RangeEvent[], version: string): boolean {
  const limits = events.flatMap(({ limit }) => limit ?? []);
  const isBefore = (limit: string) => limit === '*' || (compareWithBound(ecosystem, version, limit) ?? 0) < 0;
  if (limits.length > 0 && !limits.some(isBefore)) return false;
  let last: Passed | undefined;
  for (const passed of events.flatMap((event) => passedIn(ecosystem, event, version)))
    if (!last || follows(ecosystem, passed, last)) last = passed;
  return last?.kind === 'introduced';
}

/** Skips events whose version can't be ordered. */
function passedIn(ecosystem: Ecosystem, { introduced, fixed, last_affected }: RangeEvent, version: string): Passed[] {
  const order = (at: string) => compareWithBound(ecosystem, version, at) ?? -1;
  return [
    ...(introduced !== undefined && (introduced === first || order(introduced) >= 0)
      ? [{ kind: 'introduced' as const, at: introduced }]
      : []),
    ...(fixed !== undefined && order(fixed) >= 0 ? [{ kind: 'fixed' as const, at: fixed }] : []),
    ...(last_affected !== undefined && order(last_affected) > 0
      ? [{ kind: 'last_affected' as const, at: last_affected }]
      : []),
  ];
}

/** Introduced at `0` means before every version, also before pre-releases of 0. */
const first = '0';

/** Returns whether the event comes after the other. At the same version, a range ends after it begins. */
function follows(ecosystem: Ecosystem, event: Passed, other: Passed): boolean {
  if (event.kind === 'introduced' && event.at === first) return false;
  if (other.kind === 'introduced' && other.at === first) return true;
  const order = compareWithBound(ecosystem, event.at, other.at) ?? 0;
  return order > 0 || (order === 0 && event.kind !== 'introduced');
}

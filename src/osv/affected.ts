// Decides whether an advisory affects a version of a package, as the OSV format defines it (ossf.github.io/osv-schema, "Evaluation"). Sorts
// an advisory's events once, since both their number and the number of versions are a stranger's.
import type { Affected, Ecosystem, RangeEvent, Verdict } from '../contract/advisories.ts';
import { publicKey } from './python-versions.ts';
import { compareKeys, keyAfter, versionKey } from './versions.ts';

export interface Evaluator {
  /** `unknown` if the version and the advisory can't be compared. */
  verdict(version: string): Verdict | 'unaffected';
  /** Returns the lowest fix after the version that isn't itself affected. */
  fixedIn(version: string): string | null;
}

/** Versions from `from` on, and before `until`, as keys. */
interface Interval {
  from: string;
  until: string;
}

/** A place in the order where a range begins or ends. */
interface Cut {
  key: string;
  begins: boolean;
}

/** Introduced at `0` means before every version, also before pre-releases of 0. */
const first = '';
const never = '\uffff\uffff';

/** Returns the number of entries that take time to prepare. */
export function entriesIn({ ranges, versions }: Affected): number {
  return ranges.reduce((count, events) => count + 1 + events.length, versions.length);
}

/** Prepares one statement for any number of versions. */
export function evaluator(ecosystem: Ecosystem, { ranges, versions }: Affected): Evaluator {
  const read = ranges.map((events) => intervalsOf(ecosystem, events));
  const isUncertain = read.includes(undefined);
  const intervals = union(read.flatMap((found) => found ?? []));
  const texts = new Set(versions);
  const listed = new Set(versions.flatMap((version) => versionKey(ecosystem, version) ?? []));
  const isIn = (key: string) =>
    listed.has(key) || listed.has(publicKey(key)) || (lastFrom(intervals, key)?.until ?? first) > key;
  const fixes = ranges
    .flat()
    .flatMap(({ fixed }) => fixed ?? [])
    .flatMap((text) => keyed(ecosystem, text))
    .filter(({ key }) => !isIn(key))
    .sort((one, other) => compareKeys(one.key, other.key));
  return {
    verdict(version) {
      if (texts.has(version)) return 'affected';
      const key = versionKey(ecosystem, version);
      if (key !== undefined && isIn(key)) return 'affected';
      const isComparable = key !== undefined || (ranges.length === 0 && versions.length === 0);
      return isComparable && !isUncertain ? 'unaffected' : 'unknown';
    },
    fixedIn(version) {
      const key = versionKey(ecosystem, version);
      return key === undefined ? null : (fixes[partition(fixes, (fix) => fix.key <= key)]?.text ?? null);
    },
  };
}

function keyed(ecosystem: Ecosystem, text: string): { key: string; text: string }[] {
  const key = versionKey(ecosystem, text);
  return key === undefined ? [] : [{ key, text }];
}

/** Returns where the range's last passed event introduces; undefined if one of its events can't be ordered. */
function intervalsOf(ecosystem: Ecosystem, events: readonly RangeEvent[]): Interval[] | undefined {
  const cuts: Cut[] = [];
  let limit = first;
  const key = (text: string) => versionKey(ecosystem, text);
  for (const { introduced, fixed, last_affected, limit: before } of events) {
    const begin = introduced === '0' ? first : introduced === undefined ? undefined : key(introduced);
    const fix = fixed === undefined ? undefined : key(fixed);
    const last = last_affected === undefined ? undefined : key(last_affected);
    const most = before === '*' ? never : before === undefined ? undefined : key(before);
    const given = [introduced, fixed, last_affected, before].filter((text) => text !== undefined);
    if (given.length > [begin, fix, last, most].filter((found) => found !== undefined).length) return undefined;
    if (begin !== undefined) cuts.push({ key: begin, begins: true });
    if (fix !== undefined) cuts.push({ key: fix, begins: false });
    if (last !== undefined) cuts.push({ key: keyAfter(last), begins: false });
    if (most !== undefined && most > limit) limit = most;
  }
  return between(cuts, limit === first ? never : limit);
}

/** At the same version, a range ends after it begins. */
function between(cuts: Cut[], limit: string): Interval[] {
  const sorted = cuts.sort(
    (one, other) => compareKeys(one.key, other.key) || Number(other.begins) - Number(one.begins),
  );
  return sorted.flatMap(({ begins, key }, i) => {
    const next = sorted[i + 1]?.key ?? limit;
    const until = next < limit ? next : limit;
    return begins && key < until ? [{ from: key, until }] : [];
  });
}

/** Returns the intervals in order, without overlaps. */
function union(intervals: Interval[]): Interval[] {
  const joined: Interval[] = [];
  for (const { from, until } of intervals.sort((one, other) => compareKeys(one.from, other.from))) {
    const last = joined.at(-1);
    if (!last || last.until < from) joined.push({ from, until });
    else if (last.until < until) last.until = until;
  }
  return joined;
}

function lastFrom(intervals: readonly Interval[], key: string): Interval | undefined {
  return intervals[partition(intervals, ({ from }) => from <= key) - 1];
}

/** Returns the number of leading items for which the condition holds. */
function partition<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Reads known vulnerabilities from an OSV file, and finds those that affect locked packages. Looks up nothing online.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { normalizedName } from '../../contract/plugin/requirement.ts';
import { Failure } from '../failures/failure.ts';
import { printable } from '../terminal/terminal-text.ts';
import { comparePythonVersions } from './python-version.ts';

const eventSchema = z.looseObject({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
});
const rangeSchema = z.looseObject({ type: z.string(), events: z.array(eventSchema) });
const affectedSchema = z.looseObject({
  package: z.looseObject({ ecosystem: z.string(), name: z.string() }).optional(),
  ranges: z.array(rangeSchema).default([]),
  versions: z.array(z.string()).default([]),
});
const recordSchema = z.looseObject({
  id: z.string(),
  summary: z.string().optional(),
  withdrawn: z.string().optional(),
  affected: z.array(affectedSchema).default([]),
});
/** One record, a list, or an OSV API response. */
const fileSchema = z.union([
  z.array(recordSchema),
  z.object({ vulns: z.array(recordSchema) }).transform(({ vulns }) => vulns),
  recordSchema.transform((record) => [record]),
]);

type OsvRecord = z.infer<typeof recordSchema>;
type Affected = z.infer<typeof affectedSchema>;

export interface Advisory {
  id: string;
  package: string;
  version: string;
  summary: string;
  /** The first unaffected version, if the file names one. */
  fixed_in: string | null;
}

export function readAdvisories(path: string): OsvRecord[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure('usage', `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = fileSchema.safeParse(parseJsonOrLines(text));
  if (parsed.success) return parsed.data;
  throw new Failure('usage', `${path} is not in the OSV format`, {
    hint: 'Use a JSON file with OSV records: one, a list, or one per line.',
  });
}

function parseJsonOrLines(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    try {
      return lines.map((line): unknown => JSON.parse(line));
    } catch {
      return undefined;
    }
  }
}

/** Returns the advisories that affect one of the packages, sorted by package and ID. */
export function advisoriesFor(
  records: readonly OsvRecord[],
  packages: readonly { name: string; version: string }[],
): Advisory[] {
  const found = packages.flatMap(({ name, version }) =>
    records
      .filter(({ withdrawn }) => withdrawn === undefined)
      .flatMap(({ affected, id, summary = '' }) => {
        const matching = affected.filter((one) => isOf(one, name) && isAffected(one, version));
        const [first] = matching;
        return first ? [{ id, package: name, version, summary, fixed_in: fixedIn(first, version) }] : [];
      }),
  );
  return found.sort((a, b) => (a.package + a.id < b.package + b.id ? -1 : 1));
}

function isOf({ package: subject }: Affected, name: string): boolean {
  return subject?.ecosystem === 'PyPI' && normalizedName(subject.name) === normalizedName(name);
}

function isAffected({ ranges, versions }: Affected, version: string): boolean {
  if (versions.some((listed) => comparePythonVersions(listed, version) === 0)) return true;
  return ranges.some((range) => range.type === 'ECOSYSTEM' && isWithin(range.events, version));
}

/** Follows the OSV format: the events, in version order, switch the range on and off. */
function isWithin(events: readonly z.infer<typeof eventSchema>[], version: string): boolean {
  const ordered = events
    .map(({ fixed, introduced, last_affected }) => ({
      fixed,
      last_affected,
      at: introduced ?? fixed ?? last_affected ?? '0',
    }))
    .sort((a, b) => comparePythonVersions(a.at, b.at));
  let affected = false;
  for (const { at, fixed, last_affected } of ordered) {
    const order = comparePythonVersions(version, at);
    if (fixed !== undefined && order >= 0) affected = false;
    else if (last_affected !== undefined && order > 0) affected = false;
    else if (fixed === undefined && last_affected === undefined && order >= 0) affected = true;
  }
  return affected;
}

function fixedIn({ ranges }: Affected, version: string): string | null {
  const fixes = ranges
    .filter(({ type }) => type === 'ECOSYSTEM')
    .flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? []))
    .filter((fixed) => comparePythonVersions(fixed, version) > 0)
    .sort(comparePythonVersions);
  return fixes[0] ?? null;
}

export function formatAdvisory({ fixed_in, id, package: name, summary, version }: Advisory): string {
  const fix = fixed_in === null ? 'no fixed version is known' : `fixed in ${fixed_in}`;
  return `${name} ${version}: ${id}${summary === '' ? '' : `, ${summary}`} (${fix})`;
}

/**
 * An advisory, and whether it affects each of the two versions. Commas separate several versions of a package for different machines.
 */
export type AdvisoryChange = Advisory & { v1: boolean; v2: boolean };

export function changedAdvisories(
  records: readonly OsvRecord[],
  changes: readonly { name: string; v1: string | null; v2: string | null }[],
): AdvisoryChange[] {
  const packagesOf = (side: 'v1' | 'v2') =>
    changes.flatMap((change) => change[side]?.split(', ').map((version) => ({ name: change.name, version })) ?? []);
  const [before, after] = [advisoriesFor(records, packagesOf('v1')), advisoriesFor(records, packagesOf('v2'))];
  const isIn = (list: Advisory[], { id, package: name }: Advisory) =>
    list.some((other) => other.id === id && other.package === name);
  return [
    ...after.map((advisory) => ({ ...advisory, v1: isIn(before, advisory), v2: true })),
    ...before.filter((advisory) => !isIn(after, advisory)).map((advisory) => ({ ...advisory, v1: true, v2: false })),
  ];
}

export function formatAdvisoryChanges(changes: readonly AdvisoryChange[]): string {
  if (changes.length === 0) return 'no known vulnerabilities in the packages that differ\n';
  const state = ({ v1, v2 }: AdvisoryChange) => (!v2 ? '✓ fixed' : v1 ? '! unchanged' : '✗ introduced');
  return changes.map((change) => `${state(change)}: ${printable(formatAdvisory(change))}\n`).join('');
}

// Reads known vulnerabilities from an OSV file, and finds those that affect locked packages. Looks up nothing online.
import { z } from 'zod';
import type { Verdict } from '../../contract/advisories.ts';
import { normalizedName } from '../../contract/plugin/requirement.ts';
import { evaluator } from '../../osv/affected.ts';
import { type Advisory as OsvRecord, RecordRefused, readRecord } from '../../osv/record.ts';
import { Failure } from '../terminal/failure.ts';
import { printable } from '../terminal/terminal-text.ts';
import { readTextFile } from '../terminal/text-input.ts';

/** One record, a list, or an OSV API response. */
const fileSchema = z.union([
  z.array(z.unknown()),
  z.object({ vulns: z.array(z.unknown()) }).transform(({ vulns }) => vulns),
  z.unknown().transform((record) => [record]),
]);

export interface Advisory {
  id: string;
  package: string;
  version: string;
  summary: string;
  /** The first unaffected version, if the file names one. */
  fixed_in: string | null;
  verdict: Verdict;
}

export function readAdvisories(path: string): OsvRecord[] {
  const records = fileSchema.parse(parseJsonOrLines(readTextFile(path))).map((value) => readOne(path, value));
  if (!records.includes(undefined)) return records.flatMap((record) => record ?? []);
  throw new Failure('usage', `${path} is not in the OSV format`, {
    hint: 'Use a JSON file with OSV records: one, a list, or one per line.',
  });
}

function readOne(path: string, value: unknown): OsvRecord | undefined {
  try {
    return readRecord(value);
  } catch (error) {
    if (error instanceof RecordRefused) throw new Failure('usage', `${path} cannot be used: ${error.message}`);
    throw error;
  }
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
  const used = Map.groupBy(packages, ({ name }) => normalizedName(name));
  const found = records
    .filter(({ withdrawnAt }) => withdrawnAt === null)
    .flatMap(({ id, packages: subjects, summary }) =>
      subjects
        .filter(({ ecosystem, name }) => ecosystem === 'PyPI' && used.has(name))
        .flatMap(({ affected, name: subject }) => {
          const { fixedIn, verdict: decide } = evaluator('PyPI', affected);
          return (used.get(subject) ?? []).flatMap(({ name, version }): Advisory[] => {
            const verdict = decide(version);
            if (verdict === 'unaffected') return [];
            const fixed_in = verdict === 'unknown' ? null : fixedIn(version);
            return [{ id, package: name, version, summary, fixed_in, verdict }];
          });
        }),
    );
  return found.sort((a, b) => (a.package + a.id < b.package + b.id ? -1 : 1));
}

export function formatAdvisory({ fixed_in, id, package: name, summary, verdict, version }: Advisory): string {
  if (verdict === 'unknown') return `${name} ${version}: ${id} (unknown: the versions can't be compared)`;
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

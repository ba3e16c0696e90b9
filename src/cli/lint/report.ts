// The outcome of a whole run: what every format shows, and what the exit code says.
import { verdictOf } from '../../contract/finding.ts';
import type { PolicyLevel, Verdict } from '../../contract/states.ts';
import { policyVersion } from '../../scan/scan.ts';
import type { ExitName } from '../exit-codes.ts';
import type { Judged } from './lint-result.ts';
import type { Unchecked } from './unchecked.ts';

export interface Subject extends Judged {
  /** As given on the command line. */
  path: string;
}

export interface Report {
  policyVersion: string;
  level: PolicyLevel;
  subjects: Subject[];
  filesScanned: number;
  verdict: Verdict;
  unchecked: Unchecked[];
}

export function reportOf(subjects: Subject[], level: PolicyLevel): Report {
  const findings = subjects.flatMap((subject) => subject.findings);
  const unchecked = subjects.flatMap((subject) => subject.unchecked);
  // A wrong PATH would pass for clean: when there is nothing at all to check, that is a failure.
  const isEmpty = subjects.every(hasNothing) && unchecked.length === 0;
  return {
    policyVersion,
    level,
    subjects,
    filesScanned: subjects.reduce((sum, { filesScanned }) => sum + filesScanned, 0),
    verdict: verdictOf(findings),
    unchecked: isEmpty ? subjects.map(({ path }) => ({ path, why: nothingHere })) : unchecked,
  };
}

export const nothingHere = 'no plugin, archive or source';

export function hasNothing({ filesScanned, findings, unchecked }: Subject): boolean {
  return filesScanned === 0 && findings.length === 0 && unchecked.length === 0;
}

/** What could not be read comes before what was found: the verdict isn't known then. */
export function exitOf({ unchecked, verdict }: Report): ExitName {
  if (unchecked.length > 0) return 'failed';
  return verdict === 'reject' ? 'rejected' : 'done';
}

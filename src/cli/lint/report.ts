// Builds the report of a whole run, which every format and the exit code are based on.
import { verdictOf } from '../../contract/findings/finding.ts';
import type { PolicyLevel, Verdict } from '../../contract/states.ts';
import { policyVersion } from '../../scan/scan.ts';
import type { ExitName } from '../failures/exit-codes.ts';
import type { LintResult } from './lint-result.ts';
import type { Unchecked } from './unchecked.ts';

export interface Subject extends LintResult {
  /** Path as given on the command line. */
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

export function buildReport(subjects: Subject[], level: PolicyLevel): Report {
  const findings = subjects.flatMap((subject) => subject.findings);
  const unchecked = subjects.flatMap((subject) => subject.unchecked);
  // Fails if there is nothing at all to check, so that a wrong PATH doesn't pass as clean.
  const isEmpty = subjects.every(isEmptySubject) && unchecked.length === 0;
  return {
    policyVersion,
    level,
    subjects,
    filesScanned: subjects.reduce((sum, { filesScanned }) => sum + filesScanned, 0),
    verdict: verdictOf(findings),
    unchecked: isEmpty ? subjects.map(({ path }) => ({ path, why: nothingToCheck })) : unchecked,
  };
}

export const nothingToCheck = 'no plugin, archive or source file';

export function isEmptySubject({ filesScanned, findings, unchecked }: Subject): boolean {
  return filesScanned === 0 && findings.length === 0 && unchecked.length === 0;
}

/** A file that could not be read takes precedence over findings, since the verdict is unknown. */
export function exitName({ unchecked, verdict }: Report): ExitName {
  if (unchecked.length > 0) return 'failed';
  return verdict === 'reject' ? 'rejected' : 'done';
}

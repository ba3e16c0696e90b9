// Builds the report of a whole run. Every output format and the exit code are derived from it.
import { relative, sep } from 'node:path';
import { decideVerdict } from '../../contract/findings/finding.ts';
import type { PolicyLevel, Verdict } from '../../contract/states.ts';
import { sarifLog } from '../../scan/sarif.ts';
import { policyVersion } from '../../scan/scan.ts';
import type { ExitName } from '../terminal/exit-codes.ts';
import type { ErrorReport } from '../terminal/failure.ts';
import { version } from '../version.ts';
import type { LintResult } from './lint-result.ts';
import type { Unchecked } from './unchecked.ts';

export const formats = ['text', 'json', 'sarif', 'github'] as const;
export type Format = (typeof formats)[number];

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
    verdict: decideVerdict(findings),
    unchecked: isEmpty ? subjects.map(({ path }) => ({ path, why: nothingToCheck })) : unchecked,
  };
}

export const nothingToCheck = 'no plugin, archive or source file';

export function isEmptySubject({ filesScanned, findings, unchecked }: Subject): boolean {
  return filesScanned === 0 && findings.length === 0 && unchecked.length === 0;
}

/** An unreadable file takes precedence over findings, since the verdict is unknown. */
export function exitName({ unchecked, verdict }: Report): ExitName {
  if (unchecked.length > 0) return 'failed';
  return verdict === 'reject' ? 'rejected' : 'done';
}

export function formatSarif({ level, policyVersion, subjects, unchecked }: Report): string {
  const found = subjects.flatMap((subject) => subject.findings.map((finding) => ({ subject, finding })));
  const findings = found.map(({ finding }) => ({ ...finding, file: finding.file.toWellFormed() }));
  const subjectOf = new Map(findings.map((finding, at) => [finding, found[at]?.subject]));
  const { runs, ...log } = sarifLog(findings, version, (finding, file) => {
    const subject = subjectOf.get(finding);
    return subject ? relativeUri(subject, file) : file;
  });
  const [run] = runs;
  const results = found.map(({ finding, subject }, at) => {
    const result = run.results[at];
    const artifactLocation = { uri: relativeUri(subject, finding.file) };
    // GitHub ignores results without a location, so a finding about a whole archive points to the archive file.
    return {
      ...result,
      locations: [{ physicalLocation: { ...result?.locations[0]?.physicalLocation, artifactLocation } }],
    };
  });
  const toolExecutionNotifications = unchecked.map(({ path, why }) => ({
    level: 'error',
    message: { text: `cannot check ${path}: ${why}` },
  }));
  const invocations = [{ executionSuccessful: unchecked.length === 0, toolExecutionNotifications }];
  const document = { ...log, runs: [{ ...run, results, invocations, properties: { policyVersion, level } }] };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Returns the report for programs. */
export function reportJson({ filesScanned, level, policyVersion, subjects, unchecked, verdict }: Report) {
  const error: ErrorReport = {
    title: 'Not everything could be checked',
    detail: formatUnchecked(unchecked),
    paths: unchecked,
  };
  const isComplete = unchecked.length === 0;
  return {
    policyVersion,
    level,
    verdict: isComplete ? verdict : null,
    files: filesScanned,
    paths: subjects.map(({ filesScanned: files, filesSha256, kind, path, plugin, sha256 }) => ({
      path,
      kind,
      files,
      plugin: plugin ?? null,
      sha256: sha256 ?? null,
      files_sha256: filesSha256 ?? null,
    })),
    findings: subjects.flatMap(({ findings, path }) => findings.map((finding) => ({ path, ...finding }))),
    ...(!isComplete && { error }),
  };
}

function formatUnchecked(unchecked: readonly Unchecked[]): string {
  return unchecked.map(({ path, why }) => `cannot check ${path}: ${why}`).join('\n');
}

/** Returns the path for people: relative to the PATH, or the PATH itself. */
export function displayPath({ path }: Pick<Subject, 'path'>, file: string): string {
  return file === '' ? path : file;
}

/** Returns the file on disk relative to the working folder: the source file, or the archive that contains it. */
export function diskPath({ kind, path }: Subject, file: string): string {
  return joinPath(path, kind === 'plugin' || kind === 'folder' ? file : '');
}

/** Returns a relative URI in which an archive counts as a folder. */
function relativeUri({ kind, path }: Subject, file: string): string {
  const parts = joinPath(path, kind === 'file' ? '' : file).split('/');
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** Does not resolve `file`, since a hostile archive may contain any name. */
function joinPath(path: string, file: string): string {
  const found = relative('.', path);
  const folder = sep === '/' ? found : found.split(sep).join('/');
  return [folder, file].filter((part) => part !== '').join('/');
}

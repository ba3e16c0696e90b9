// Formats the report as SARIF 2.1.0: the scanner's log, with paths relative to the working folder and the outcome of the run.
import { sarifLog } from '../../scan/sarif.ts';
import { version } from '../version.ts';
import { relativeUri } from './locations.ts';
import type { Report } from './report.ts';

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
    // GitHub ignores results without a location, so a finding about a whole archive is located at the archive's file.
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

// The report as SARIF 2.1.0: the scanner's own log, its files named as seen from the working folder, with how the run went.
import { sarifLog } from '../../scan/sarif.ts';
import { version } from '../version.ts';
import { uriOf } from './locations.ts';
import type { Report } from './report.ts';

export function sarifOf({ level, policyVersion, subjects, unchecked }: Report): string {
  const found = subjects.flatMap((subject) => subject.findings.map((finding) => ({ subject, finding })));
  const findings = found.map(({ finding }) => ({ ...finding, file: finding.file.toWellFormed() }));
  const { runs, ...log } = sarifLog(findings, version);
  const [run] = runs;
  const results = found.map(({ finding, subject }, at) => {
    const result = run.results[at];
    const artifactLocation = { uri: uriOf(subject, finding.file) };
    // GitHub shows nothing that has no location: what is said of an archive as a whole is said of its file.
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

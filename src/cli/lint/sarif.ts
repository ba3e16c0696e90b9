// The report as SARIF 2.1.0: the scanner's own log, its files named as seen from the working folder, with how the run went.
import { sarifLog } from '../../scan/sarif.ts';
import { version } from '../version.ts';
import { uriPath } from './place.ts';
import type { Report } from './report.ts';

export function sarifOf({ level, policyVersion, subjects, unchecked }: Report): string {
  const findings = subjects.flatMap((subject) =>
    subject.findings.map((finding) => ({ ...finding, file: uriPath(subject, finding.file) })),
  );
  const { runs, ...log } = sarifLog(findings, version);
  const notes = unchecked.map(({ path, why }) => ({
    level: 'error',
    message: { text: `cannot check ${path}: ${why}` },
  }));
  const invocation = { executionSuccessful: unchecked.length === 0, toolExecutionNotifications: notes };
  const [run] = runs;
  const document = { ...log, runs: [{ ...run, invocations: [invocation], properties: { policyVersion, level } }] };
  return `${JSON.stringify(document, null, 2)}\n`;
}

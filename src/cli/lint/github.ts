// Findings as GitHub's workflow commands: annotations on the lines of a pull request.
import type { Finding } from '../../contract/finding.ts';
import { rules } from '../../contract/rules.ts';
import { printable } from '../terminal-text.ts';
import { fileOnDisk } from './locations.ts';
import type { Report, Subject } from './report.ts';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

export function githubOf({ subjects }: Report): string {
  return subjects.flatMap((subject) => subject.findings.map((finding) => `${annotation(subject, finding)}\n`)).join('');
}

function annotation(subject: Subject, finding: Finding): string {
  const { column, endColumn, endLine, file, line, message, ruleId, severity } = finding;
  const isInArchive = subject.kind === 'archive';
  // GitHub takes columns only where the span is on one line, and an archive has no lines.
  const properties = {
    file: printable(fileOnDisk(subject, file)),
    ...(!isInArchive && { line, endLine }),
    ...(!isInArchive && line === endLine && { col: column, endColumn }),
    title: `${ruleId} ${rules[ruleId].title}`,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(String(value))}`);
  const inside = isInArchive && file !== '' ? `${file}:${line}:${column}: ` : '';
  return `::${commands[severity]} ${written.join(',')}::${escapedMessage(printable(inside + message))}`;
}

/** Line ends are written out already. */
function escapedMessage(text: string): string {
  return text.replaceAll('%', '%25');
}

function escapedProperty(text: string): string {
  return escapedMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

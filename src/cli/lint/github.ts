// Formats findings as GitHub workflow commands, which annotate the lines of a pull request.
import type { Finding } from '../../contract/findings/finding.ts';
import { adviceFor } from '../../contract/findings/name-advice.ts';
import { rules } from '../../contract/findings/rules.ts';
import { trailMessage } from '../../contract/findings/trail.ts';
import { printable } from '../terminal/terminal-text.ts';
import type { Report, Subject } from './report.ts';
import { diskPath } from './report.ts';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const;

export function formatGithub({ subjects }: Report): string {
  return subjects.flatMap((subject) => subject.findings.map((finding) => `${annotation(subject, finding)}\n`)).join('');
}

function annotation(subject: Subject, finding: Finding): string {
  const { column, endColumn, endLine, file, line, message, ruleId, severity } = finding;
  const isInArchive = subject.kind === 'archive';
  // GitHub accepts columns only for spans within one line, and an archive has no lines.
  const properties = {
    file: printable(diskPath(subject, file)),
    ...(!isInArchive && { line, endLine }),
    ...(!isInArchive && line === endLine && { col: column, endColumn }),
    title: `${ruleId} ${rules[ruleId].title}`,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const sentences = [`${message}.`, sentence(trailMessage(finding)), adviceFor(finding)].filter(
    (part) => part !== undefined,
  );
  const text = sentences.length === 1 ? message : sentences.join(' ');
  const inside = isInArchive && file !== '' ? `${file}:${line}:${column}: ` : '';
  return `::${commands[severity]} ${written.join(',')}::${escapeMessage(printable(inside + text))}`;
}

function sentence(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${text}.`;
}

/** Line breaks have already been escaped by `printable`. */
function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

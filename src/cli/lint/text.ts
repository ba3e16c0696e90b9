// Formats findings for people, as compilers do: location, message, the source line with the span marked, the reason and the
// fix; then the verdict.
import { explanations } from '../../contract/findings/explanations.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { adviceFor } from '../../contract/findings/name-advice.ts';
import { rules } from '../../contract/findings/rules.ts';
import { trailMessage } from '../../contract/findings/trail.ts';
import type { Verdict } from '../../contract/states.ts';
import type { Output } from '../terminal/output.ts';
import { printable, wrapText } from '../terminal/terminal-text.ts';
import type { Report, Subject } from './report.ts';
import { displayPath } from './report.ts';
import { renderSnippet, splitLines } from './snippet.ts';

export async function writeText(report: Report, output: Output): Promise<void> {
  for (const subject of report.subjects) {
    const title = formatTitle(subject, report, output);
    if (title !== '') output.data(`${title}\n${subject.findings.length > 0 ? '\n' : ''}`);
    if (subject.findings.length > 0) output.data(`${await formatFindings(subject, output)}\n`);
  }
  output.data(`${formatSummary(report, output)}\n`);
}

function formatTitle(
  { findings, filesScanned, kind, path, plugin, sha256, unchecked }: Subject,
  { subjects }: Report,
  { paint }: Output,
): string {
  if (subjects.length === 1 && sha256 === undefined) return '';
  const named = plugin ? ` ${printable(plugin.name)} ${printable(plugin.version)}` : '';
  const facts = [
    sha256 === undefined ? [] : [`${kind}${named}`],
    [formatCount(filesScanned, 'file')],
    sha256 === undefined ? [] : [`sha256 ${sha256.slice(0, 12)}`],
    unchecked.length > 0 ? ['not checked'] : findings.length === 0 ? ['no findings'] : [],
  ].flat();
  return `${paint.bold(printable(path))}  ${paint.dim(facts.join(' · '))}`;
}

/** Aligns with the source lines, which follow a five-digit line number. */
const margin = ' '.repeat(6);

type FindingsWithSource = Pick<Subject, 'path' | 'findings' | 'read'>;

/** Formats the findings, each followed by an empty line. */
export async function formatFindings(subject: FindingsWithSource, output: Output): Promise<string> {
  const groups: string[] = [];
  for (const [file, findings] of groupByFile(subject.findings))
    groups.push(`${await formatFile(subject, file, findings, output)}\n`);
  return groups.join('\n');
}

function groupByFile(findings: readonly Finding[]): Map<string, Finding[]> {
  return Map.groupBy(findings, ({ file }) => file);
}

async function formatFile(
  subject: FindingsWithSource,
  file: string,
  findings: Finding[],
  output: Output,
): Promise<string> {
  const source = findings.some(hasSpan) ? await subject.read(file) : undefined;
  const lines = source === undefined ? [] : splitLines(source);
  const explained = new Set<string>();
  const blocks = findings.map((finding) => {
    const block = [
      headline(finding, printable(displayPath(subject, file)), output),
      ...sourceLines(finding, lines, output),
      ...trailLines(subject, finding, output),
    ];
    const advice = adviceOf(finding).filter((text) => !explained.has(text));
    for (const text of advice) explained.add(text);
    block.push(...advice.flatMap((text) => noteLines(text, output)));
    return block.join('\n');
  });
  return blocks.join('\n\n');
}

/** Returns false for findings about a whole file. */
function hasSpan({ column, endColumn, endLine, line }: Finding): boolean {
  return line > 1 || column > 1 || endLine > line || endColumn > column;
}

function headline(finding: Finding, file: string, { paint }: Output): string {
  const { column, line, message, ruleId, severity } = finding;
  const place = hasSpan(finding) ? `${file}:${line}:${column}` : file;
  const color = { error: paint.red, warning: paint.yellow, note: paint.cyan }[severity];
  return `${paint.bold(place)}: ${color(`${severity}:`)} ${printable(message)} ${paint.dim(`[${ruleId}]`)}`;
}

function sourceLines(finding: Finding, lines: string[], { columns, paint }: Output): string[] {
  const gutter = String(finding.line).padStart(5);
  const snippet = hasSpan(finding) ? renderSnippet(lines, finding, columns - gutter.length - 3) : undefined;
  if (!snippet) return [];
  const bar = paint.dim('|');
  const carets = finding.severity === 'error' ? paint.red(snippet.carets) : paint.yellow(snippet.carets);
  return [`${paint.dim(gutter)} ${bar} ${snippet.line}`.trimEnd(), `${' '.repeat(gutter.length)} ${bar} ${carets}`];
}

/** Returns note lines about the name's origin if the source uses another name for it. */
function trailLines(subject: FindingsWithSource, finding: Finding, output: Output): string[] {
  const message = trailMessage(finding, (file) => displayPath(subject, file));
  return message === undefined ? [] : noteLines(printable(message), output);
}

/** Returns the reason, the fix, and where to read more. Messages of manifest rules already contain the reason and the fix. */
function adviceOf({ name, ruleId }: Finding): string[] {
  const { why } = explanations[ruleId];
  const fix = adviceFor({ name, ruleId }) ?? explanations[ruleId].fix;
  return [
    ...(rules[ruleId].message === '{name}' ? [] : [why]),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
    `more: slipway lint --explain ${ruleId}`,
  ];
}

function noteLines(text: string, { columns, paint }: Output): string[] {
  const [first = '', ...rest] = wrapText(text, columns - margin.length - 2);
  return [`${margin}${paint.dim('=')} ${first}`, ...rest.map((line) => `${margin}  ${line}`)];
}

const verdictLabels: Record<Verdict, string> = {
  pass: '✓ clean',
  warn: '! accepted, with warnings',
  reject: '✗ rejected',
};

function formatSummary(report: Report, { paint }: Output): string {
  const { filesScanned, level, policyVersion, subjects, unchecked, verdict } = report;
  const findings = subjects.flatMap((subject) => subject.findings);
  const counts = (['error', 'warning', 'note'] as const)
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => formatCount(count, severity));
  const color = { pass: paint.green, warn: paint.yellow, reject: paint.red }[verdict];
  const isKnown = unchecked.length === 0;
  const verdictText = isKnown ? color(verdictLabels[verdict]) : paint.red('✗ not everything could be checked');
  const found = counts.length === 0 ? '' : `${counts.join(', ')} in `;
  return `${verdictText}: ${found}${formatCount(filesScanned, 'file')} ${paint.dim(`(policy ${policyVersion}, ${level})`)}`;
}

function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// Writes an upload's findings as Markdown, for an issue or a chat.
import type { components } from '../../../client/api.gen.d.ts';

type Upload = Pick<components['schemas']['PluginUploadInFull'], 'findings' | 'name' | 'status' | 'version'>;
type Finding = Upload['findings'][number];

export function findingsMarkdown({ findings, name, status, version }: Upload): string {
  return [`## ${name} ${version}: ${status}`, ...findings.map(findingMarkdown)].join('\n\n');
}

function findingMarkdown({ excerpt, file, line, message, rule, severity }: Finding): string {
  const head = `- **${rule}** (${severity}) \`${file}:${line}\`: ${message}`;
  if (!excerpt) return head;
  const lines = excerpt.lines.map((text, index) => {
    const number = excerpt.first_line + index;
    return `  ${number === line ? '>' : ' '} ${number} ${text}`;
  });
  const fence = '`'.repeat(Math.max(3, longestTicks(excerpt.lines) + 1));
  return [head, '', `  ${fence}`, ...lines, `  ${fence}`].join('\n');
}

/** Backticks in a line must not end the block. */
function longestTicks(lines: readonly string[]): number {
  return Math.max(0, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
}

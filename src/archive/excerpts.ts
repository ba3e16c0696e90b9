// Keeps the lines around a rejected archive's findings, because the archive itself isn't stored and users may later ask why it was
// rejected.
import type { Finding } from '../contract/findings/finding.ts';
import { sourceFileBytesMax } from '../contract/limits/archives.ts';
import { excerptLimits } from '../contract/limits/scans.ts';
import type { OpenedArchive } from './open.ts';
import { Defect } from './reading/defect.ts';

interface Readable {
  files: readonly Pick<OpenedArchive['files'][number], 'path' | 'size'>[];
  read: OpenedArchive['read'];
}

/**
 * Adds the lines to the first findings. A finding gets none if its file looks like a secret, isn't text, is too large to be scanned or
 * can't be read. Holds one file at a time.
 */
export async function withExcerpts(archive: Readable, findings: readonly Finding[]): Promise<Finding[]> {
  const kept = [...findings];
  const shown = findings.slice(0, excerptLimits.findingsMax);
  const secret = new Set(shown.filter(({ ruleId }) => ruleId === 'SLU102').map((finding) => finding.file));
  for (const file of new Set(shown.map((finding) => finding.file))) {
    if (secret.has(file)) continue;
    const lines = await linesOf(archive, file);
    for (const [at, finding] of shown.entries()) if (finding.file === file) kept[at] = withLines(finding, lines);
  }
  return kept;
}

function withLines(finding: Finding, lines: readonly string[]): Finding {
  if (lines[finding.line - 1] === undefined) return finding;
  const { lineChars, linesAround } = excerptLimits;
  const firstLine = Math.max(1, finding.line - linesAround);
  const around = lines.slice(firstLine - 1, finding.line + linesAround).map((line) => line.slice(0, lineChars));
  // Copies the lines, because a slice of a string keeps the whole file in memory.
  return { ...finding, excerpt: { firstLine, lines: structuredClone(around) } };
}

async function linesOf({ files, read }: Readable, path: string): Promise<string[]> {
  const entry = files.find((file) => file.path === path);
  if (!entry || entry.size > sourceFileBytesMax) return [];
  try {
    // Splits lines the way findings count them, without the byte order mark (scan policy §1).
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(await read(path)).split(/\r\n|\r|\n/);
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof Defect) return [];
    throw cause;
  }
}

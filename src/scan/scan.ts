// Scans one source file and returns its findings (scan policy §1–§7; Go: §8a). Never throws because of a file's content: a file that
// can't be decoded or parsed, or that exceeds a limit, gets a finding.
import { type Finding, finding } from '../contract/findings/finding.ts';
import { sourceFileBytesMax } from '../contract/limits/archives.ts';
import { isGoSource, type Language } from '../contract/plugin/languages.ts';
import type { PolicyLevel } from '../contract/states.ts';
import { onFile, type Parsers } from './file/parsers.ts';
import { decodeGoSource, decodeSource } from './file/source.ts';
import { scanGoSource } from './go/scan-go.ts';
import { type FileAnalysis, unlinked } from './linking/file-analysis.ts';
import { type Links, noLinks } from './linking/links.ts';
import { analyzePythonSource } from './scan-python.ts';

export { policyVersion } from './policy/policy.ts';

export interface SourceFile {
  path: string;
  bytes: Uint8Array;
}

export interface ScanOptions {
  /** The plugin's language. Defaults to Python. */
  language?: Language;
  level?: PolicyLevel;
  /** Facts from the plugin's other files. By default, the file is standalone. */
  links?: Links;
}

export async function scanSource(parsers: Parsers, source: SourceFile, options: ScanOptions = {}): Promise<Finding[]> {
  return (await analyzeSource(parsers, source, options)).findings;
}

/** Scans one file, and also returns what the plugin's other files need to know about it. */
export async function analyzeSource(
  parsers: Parsers,
  { path, bytes }: SourceFile,
  { language = 'python', level = 'seed', links = noLinks }: ScanOptions,
): Promise<FileAnalysis> {
  if (bytes.length > sourceFileBytesMax) {
    return unlinked([finding('SLP603', { file: path }, '', { detail: `larger than ${sourceFileBytesMax} bytes` })]);
  }
  const { text, problem } = language === 'go' ? decodeGoSource(bytes) : decodeSource(bytes);
  if (problem) {
    const { ruleId, detail, line, column, endColumn } = problem;
    return unlinked([finding(ruleId, { file: path, line, column, endColumn }, '', { detail })]);
  }
  return onFile(parsers, bytes.length, async (own, turn) => {
    if (language === 'go') return unlinked(await scanGoSource(own, { path, text }, turn));
    return await analyzePythonSource(own, { path, text, level, links }, turn);
  });
}

/** Detects a standalone file's language. Returns undefined if the file isn't scanned. */
export function detectLanguage(path: string, head: Uint8Array): Language | undefined {
  if (isGoSource(path.slice(path.lastIndexOf('/') + 1))) return 'go';
  return isPythonSource(path, head) ? 'python' : undefined;
}

/** Whether a file is Python, by its name or by a `#!…python` first line (scan policy §8). */
export function isPythonSource(path: string, head: Uint8Array): boolean {
  if (/\.(?:py|pyw|pyi)$/i.test(path)) return true;
  if (head[0] !== 0x23 || head[1] !== 0x21) return false;
  const firstLine = new TextDecoder('latin1').decode(head.subarray(0, 512)).split(/[\r\n]/, 1)[0] ?? '';
  return /python/i.test(firstLine);
}

/** Returns a cache key that determines a source's findings: its content and, for Go, its file name. */
export function sourceIdentity({ path, sha256 }: { path: string; sha256: string }, language: Language): string {
  return language === 'go' ? `${sha256} ${path.slice(path.lastIndexOf('/') + 1)}` : sha256;
}

/** Lists the top-level modules that files with these paths define. */
export function listTopLevelModules(paths: readonly string[]): string[] {
  const roots = paths.flatMap((path) => (/\.pyi?$/i.test(path) ? [path.split('/', 1)[0] ?? path] : []));
  return [...new Set(roots.map((root) => root.replace(/\.pyi?$/i, '')))].sort();
}

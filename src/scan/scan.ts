// One file to its findings (scan policy §1–§7; Go: §8a). Content is never an exception: whatever cannot be read, parsed or walked
// within the limits is a finding.
import type { Parser, Tree } from 'web-tree-sitter';
import { type Finding, finding } from '../contract/finding.ts';
import { isGoSource, type Language } from '../contract/languages.ts';
import type { PolicyLevel } from '../contract/states.ts';
import { collectBindings } from './binding-forms.ts';
import { Constants } from './constants/fold.ts';
import { Flattening } from './flatten.ts';
import { scanGoSource } from './go/scan-go.ts';
import { limits } from './limits.ts';
import type { Parsers } from './parsers.ts';
import { partsOf } from './parts.ts';
import { policyFor, type ScanPolicy } from './policy.ts';
import { References } from './references.ts';
import { Report } from './report.ts';
import { checkText } from './rules/obfuscation.ts';
import { rulesByKind } from './rules/rules.ts';
import { decodeGoSource, decodeSource } from './source.ts';
import { type Lexed, lex } from './syntax/lexer.ts';
import { regularText } from './syntax/regular-text.ts';
import { syntaxProblem } from './syntax/statements.ts';
import type { SyntaxTree } from './syntax-tree.ts';
import { firstError, withTree } from './tree.ts';
import { Watch } from './watch.ts';

export { policyVersion } from './policy.ts';

export interface SourceFile {
  path: string;
  bytes: Uint8Array;
}

/** What a file is that stands by itself; undefined for what is not scanned. */
export function languageOfFile(path: string, head: Uint8Array): Language | undefined {
  if (isGoSource(path)) return 'go';
  return isPythonSource(path, head) ? 'python' : undefined;
}

/** Which files are Python, by name or by a `#!…python` first line (scan policy §8). */
export function isPythonSource(path: string, head: Uint8Array): boolean {
  if (/\.(?:py|pyw|pyi)$/i.test(path)) return true;
  if (head[0] !== 0x23 || head[1] !== 0x21) return false;
  const firstLine = new TextDecoder('latin1').decode(head.subarray(0, 512)).split(/[\r\n]/, 1)[0] ?? '';
  return /python/i.test(firstLine);
}

export interface ScanOptions {
  /** Of the plugin that the file is a source of. Python when not given. */
  language?: Language;
  level?: PolicyLevel;
  /** Top-level modules that are the plugin's own; only the strict level asks. */
  localModules?: ReadonlySet<string>;
}

/** What the findings of a source are the same for, besides its place: its content, and in Go its name. */
export function sourceIdentity({ path, sha256 }: { path: string; sha256: string }, language: Language): string {
  return language === 'go' ? `${sha256} ${path.slice(path.lastIndexOf('/') + 1)}` : sha256;
}

/** The top-level modules that files with these paths make. */
export function modulesOf(paths: readonly string[]): string[] {
  const roots = paths.flatMap((path) => (/\.pyi?$/i.test(path) ? [path.split('/', 1)[0] ?? path] : []));
  return [...new Set(roots.map((root) => root.replace(/\.pyi?$/i, '')))].sort();
}

const noModules: ReadonlySet<string> = new Set();

export async function scanSource(
  parsers: Parsers,
  { path, bytes }: SourceFile,
  { language = 'python', level = 'seed', localModules = noModules }: ScanOptions = {},
): Promise<Finding[]> {
  if (bytes.length > limits.sourceBytes) {
    return [finding('SLP603', { file: path }, '', { detail: `over ${limits.sourceBytes} bytes` })];
  }
  const { text, problem } = language === 'go' ? decodeGoSource(bytes) : decodeSource(bytes);
  if (problem) {
    const { ruleId, detail, line, column, endColumn } = problem;
    return [finding(ruleId, { file: path, line, column, endColumn }, '', { detail })];
  }
  if (language === 'go') return await scanGoSource(parsers, path, text);
  const report = new Report(path, text);
  const policy = policyFor(level);
  const lexed = lex(text, policy.words);
  const unreadable = syntaxProblem(text, lexed.tokens);
  if (unreadable) {
    report.add(unreadable.ruleId, unreadable, '', { detail: unreadable.detail });
  } else {
    const watch = new Watch(text, lexed, policy);
    scanText({ parser: await parsers.python(), text, lexed, watch, policy, report, localModules });
  }
  return report.findings();
}

interface Run {
  parser: Parser;
  text: string;
  lexed: Lexed;
  watch: Watch;
  policy: ScanPolicy;
  report: Report;
  localModules: ReadonlySet<string>;
}

function scanText(run: Run): void {
  const { report, watch } = run;
  const near = readTree(run);
  if (near) checkRules(near, run);
  if (!near || !watch.missed) return;
  watch.widen();
  report.clear();
  const whole = readTree(run);
  if (whole) checkRules(whole, run);
}

/** The flat tree of what is watched; undefined, and a finding, where it cannot be had. */
function readTree({ lexed, parser, report, text, watch }: Run): SyntaxTree | undefined {
  const { selection } = watch;
  const flattening = new Flattening(text, selection);
  const regular = regularText(text, lexed);
  for (const { end, start, tooLarge } of partsOf(text, lexed, selection.offsets, selection.whole)) {
    const problem = tooLarge
      ? tooManyTokens
      : withTree(parser, regular.slice(start, end), (tree) => readPart(tree, start, flattening));
    if (!problem) continue;
    const { detail, ruleId, range = { start: 0, end: 0 } } = problem;
    report.add(ruleId, { start: start + range.start, end: start + range.end }, '', { detail });
    return undefined;
  }
  const tree = flattening.finish();
  if (!tree) report.add('SLP601', { start: 0, end: 0 }, '', { detail: 'two readings of the text differ' });
  return tree;
}

interface PartProblem {
  ruleId: 'SLP601' | 'SLP603';
  detail: string;
  range?: { start: number; end: number };
}

const tooManyTokens: PartProblem = { ruleId: 'SLP603', detail: `a statement of more than ${limits.partTokens} tokens` };
const tooDeep: PartProblem = { ruleId: 'SLP603', detail: 'nested too deeply' };

function readPart(tree: Tree, start: number, flattening: Flattening): PartProblem | undefined {
  const range = firstError(tree);
  if (range) return { ruleId: 'SLP601', detail: 'invalid syntax', range };
  return flattening.add(tree, start) ? undefined : tooDeep;
}

function checkRules(tree: SyntaxTree, { localModules, policy, report, watch }: Run): void {
  const names = collectBindings(tree);
  const references = new References(names, policy, watch);
  const constants = new Constants(names, references, watch);
  const subject = { tree, names, references, constants, policy, report, watch, localModules };
  const rules = rulesByKind[policy.level];
  for (let node = 0; node < tree.size && !report.isFull; node += 1) {
    for (const rule of rules[tree.kind(node)] ?? []) rule.check(subject, node);
  }
  if (policy.level === 'strict') {
    checkText(tree.text, report);
    report.escalate();
  }
}

// One file to its findings (scan policy §1–§7; Go: §8a). Content is never an exception: whatever cannot be read, parsed or walked
// within the limits is a finding.
import type { Parser, Tree } from 'web-tree-sitter';
import { type Finding, finding } from '../contract/finding.ts';
import { isGoSource, type Language } from '../contract/languages.ts';
import type { PolicyLevel } from '../contract/states.ts';
import { Constants } from './constants/constants.ts';
import { References } from './flows/references.ts';
import { scanGoSource } from './go/scan-go.ts';
import { limits } from './limits.ts';
import { collectBindings } from './names/binding-forms.ts';
import type { Parsers } from './parsers.ts';
import { policyFor, type ScanPolicy } from './policy/policy.ts';
import { type Excerpt, excerptsOf, offsetInFile } from './reading/excerpt.ts';
import { LogicalLines } from './reading/logical-lines.ts';
import { firstError, withTree } from './reading/parse.ts';
import type { SyntaxTree } from './reading/syntax-tree.ts';
import { type Selection, TokenSelector } from './reading/token-selector.ts';
import { TreeFlattener } from './reading/tree-flattener.ts';
import { Report } from './report.ts';
import { checkNames, checkText } from './rules/obfuscation.ts';
import type { RuleContext } from './rules/rule.ts';
import { rulesByKind } from './rules/rules.ts';
import { checkStrings } from './rules/suspicious-strings.ts';
import { decodeGoSource, decodeSource } from './source.ts';
import { lex } from './syntax/lexer.ts';
import { syntaxProblem } from './syntax/statements.ts';

export { policyVersion } from './policy/policy.ts';

export interface SourceFile {
  path: string;
  bytes: Uint8Array;
}

/** What a file is that stands by itself; undefined for what is not scanned. */
export function languageOfFile(path: string, head: Uint8Array): Language | undefined {
  if (isGoSource(path.slice(path.lastIndexOf('/') + 1))) return 'go';
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
  const lexed = lex(text, policy.watched.words);
  const unreadable = syntaxProblem(text, lexed.tokens);
  if (unreadable) {
    report.add(unreadable.ruleId, unreadable, '', { detail: unreadable.detail });
  } else {
    const lines = new LogicalLines(lexed);
    const selector = new TokenSelector(text, lexed, lines, policy);
    if (!selector.isEmpty)
      readAndCheck({ parser: await parsers.python(), text, lines, watch: selector, policy, report, localModules });
    if (level === 'strict') {
      checkText(text, report);
      checkStrings(text, lexed.tokens, report);
      checkNames(text, lexed.tokens, report);
      report.escalate();
    }
  }
  return report.findings();
}

interface Run {
  parser: Parser;
  text: string;
  lines: LogicalLines;
  watch: TokenSelector;
  policy: ScanPolicy;
  report: Report;
  localModules: ReadonlySet<string>;
}

/** Reads what is watched, and more of the file until nothing that it leads to is left out. */
function readAndCheck(run: Run): void {
  const { watch } = run;
  let subject: RuleContext | undefined;
  do {
    const selection = watch.select();
    if (selection) subject = read(selection, run);
    if (!subject) return;
    if (!watch.hasUnmetDemand) checkRules(subject);
  } while (watch.hasUnmetDemand);
}

function read(selection: Selection, run: Run): RuleContext | undefined {
  const { localModules, policy, report, watch } = run;
  const tree = readTree(selection, run);
  if (!tree) return undefined;
  const names = collectBindings(tree);
  const references = new References(names, policy, watch);
  const constants = new Constants(names, references, watch);
  if (references.isComplete)
    return { tree, names, references, constants, policy, report, selector: watch, localModules };
  report.add('SLP603', { start: 0, end: 0 }, '', tooManyFlows);
  return undefined;
}

/** The flat tree of what is selected; undefined, and a finding, where it cannot be had. */
function readTree({ lines: flags, tokens }: Selection, { lines, parser, report, text }: Run): SyntaxTree | undefined {
  const flattening = new TreeFlattener(text, lines, tokens);
  for (const excerpt of excerptsOf(text, lines, flags)) {
    const problem = excerpt.tooLarge
      ? { ...tooManyTokens, range: excerpt.tooLarge }
      : withTree(parser, excerpt.text, (tree) => readExcerpt(tree, excerpt, flattening));
    if (!problem) continue;
    const { detail, ruleId, range } = problem;
    report.add(ruleId, range, '', { detail });
    return undefined;
  }
  const tree = flattening.finish();
  if (!tree) report.add('SLP601', { start: 0, end: 0 }, '', { detail: 'two readings of the text differ' });
  return tree;
}

const tooManyFlows = { detail: 'values that go too many ways' };

const tooManyTokens = { ruleId: 'SLP603' as const, detail: `a statement of more than ${limits.partTokens} tokens` };

interface ExcerptProblem {
  ruleId: 'SLP601' | 'SLP603';
  detail: string;
  range: { start: number; end: number };
}

function readExcerpt(tree: Tree, excerpt: Excerpt, flattening: TreeFlattener): ExcerptProblem | undefined {
  const error = firstError(tree);
  if (error) {
    const range = { start: offsetInFile(excerpt, error.start), end: offsetInFile(excerpt, error.end) };
    return { ruleId: 'SLP601', detail: 'invalid syntax', range };
  }
  if (flattening.add(tree, excerpt)) return undefined;
  const start = offsetInFile(excerpt, 0);
  return { ruleId: 'SLP603', detail: 'nested too deeply', range: { start, end: start } };
}

function checkRules(subject: RuleContext): void {
  const { policy, report, tree } = subject;
  report.clear();
  const rules = rulesByKind[policy.level];
  for (let node = 0; node < tree.size && !report.isFull; node += 1) {
    for (const rule of rules[tree.kind(node)] ?? []) rule.check(subject, node);
  }
  if (!subject.constants.isComplete) report.add('SLP603', { start: 0, end: 0 }, '', tooManyFlows);
}

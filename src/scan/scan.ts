// One Python file to its findings (scan policy §1–§7). Content is never an exception: whatever cannot be read, parsed or walked
// within the limits is a finding.
import type { Tree } from 'web-tree-sitter';
import { type Finding, finding } from '../contract/finding.ts';
import type { PolicyLevel } from '../contract/states.ts';
import { collectBindings } from './binding-forms.ts';
import { Constants } from './constants/fold.ts';
import { flatten } from './flatten.ts';
import { limits } from './limits.ts';
import type { Parsers } from './parsers.ts';
import { policyFor, type ScanPolicy } from './policy.ts';
import { References } from './references.ts';
import { Report } from './report.ts';
import { checkText } from './rules/obfuscation.ts';
import { rulesByKind } from './rules/rules.ts';
import { decodeSource } from './source.ts';
import { lex } from './syntax/lexer.ts';
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

/** Which files are Python, by name or by a `#!…python` first line (scan policy §8). */
export function isPythonSource(path: string, head: Uint8Array): boolean {
  if (/\.(?:py|pyw|pyi)$/i.test(path)) return true;
  if (head[0] !== 0x23 || head[1] !== 0x21) return false;
  const firstLine = new TextDecoder('latin1').decode(head.subarray(0, 512)).split(/[\r\n]/, 1)[0] ?? '';
  return /python/i.test(firstLine);
}

export interface ScanOptions {
  level?: PolicyLevel;
  /** Top-level modules that are the plugin's own; only the strict level asks. */
  localModules?: ReadonlySet<string>;
}

const noModules: ReadonlySet<string> = new Set();

export async function scanSource(
  parsers: Parsers,
  { path, bytes }: SourceFile,
  { level = 'seed', localModules = noModules }: ScanOptions = {},
): Promise<Finding[]> {
  if (bytes.length > limits.sourceBytes) {
    return [finding('SLP603', { file: path }, '', { detail: `over ${limits.sourceBytes} bytes` })];
  }
  const { text, problem } = decodeSource(bytes);
  if (problem) {
    const { ruleId, detail, line, column, endColumn } = problem;
    return [finding(ruleId, { file: path, line, column, endColumn }, '', { detail })];
  }
  const report = new Report(path, text);
  const policy = policyFor(level);
  const lexed = lex(text, policy.words);
  const unreadable = syntaxProblem(text, lexed.tokens);
  if (unreadable) {
    report.add(unreadable.ruleId, unreadable, '', { detail: unreadable.detail });
  } else {
    const watch = new Watch(text, lexed, policy);
    withTree(await parsers.python(), regularText(text, lexed), (tree) =>
      scanTree(tree, text, { watch, policy, report, localModules }),
    );
  }
  return report.findings();
}

interface Run {
  watch: Watch;
  policy: ScanPolicy;
  report: Report;
  localModules: ReadonlySet<string>;
}

function scanTree(parsed: Tree, text: string, run: Run): void {
  const { report, watch } = run;
  const error = firstError(parsed);
  if (error) {
    report.add('SLP601', error, '', { detail: 'invalid syntax' });
    return;
  }
  if (watch.isIdle) return;
  const near = readTree(parsed, text, run);
  if (near) checkRules(near, run);
  if (!near || !watch.missed) return;
  watch.widen();
  report.clear();
  const whole = near.isWhole ? near : readTree(parsed, text, run);
  if (whole) checkRules(whole, run);
}

/** The flat tree of what is watched; undefined, and a finding, where it cannot be had. */
function readTree(parsed: Tree, text: string, { report, watch }: Run): SyntaxTree | undefined {
  const tree = flatten(parsed, text, watch.selection);
  if (typeof tree !== 'string') return tree;
  if (tree === 'too deep') report.add('SLP603', { start: 0, end: 0 }, '', { detail: 'nested too deeply' });
  else report.add('SLP601', { start: 0, end: 0 }, '', { detail: 'two readings of the text differ' });
  return undefined;
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

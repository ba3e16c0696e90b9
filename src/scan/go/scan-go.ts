// Scans one source of a Go plugin (scan policy §8a): a Go file, go.mod, or the list of Git submodules. Scans tests, files for other
// operating systems and files excluded by build tags like all others.
import type { Parser } from 'web-tree-sitter';
import type { Finding } from '../../contract/findings/finding.ts';
import type { Parsers } from '../file/parsers.ts';
import { inTurns, type Pausing, type Turn } from '../file/pauses.ts';
import { type Range, Report } from '../file/report.ts';
import { type Declarations, readDeclarations } from './declarations.ts';
import { type Lexed, lex } from './lexer.ts';
import { stringValue } from './literals.ts';
import { findCandidates, findMethods } from './members.ts';
import { scanModuleFile } from './module-file.ts';
import { nestingProblem } from './nesting.ts';
import { normalizeSource } from './normalized-source.ts';
import { goPolicy } from './policy.ts';
import { findOccurrences, findUndeclaredOccurrences } from './scopes.ts';
import { parsePart, splitIntoParts } from './syntax-tree.ts';
import { Token, tokenText } from './tokens.ts';
import { lacksBody } from './type-extents.ts';

export async function scanGoSource(
  parsers: Parsers,
  { path, text }: { path: string; text: string },
  turn?: Turn,
): Promise<Finding[]> {
  // In findings, a lone CR counts as a line end, as in other languages. To Go, it is a blank.
  const report = new Report(path, text.replaceAll(/\r(?!\n)/g, '\n'));
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name === 'go.mod') scanModuleFile(text, report);
  else if (name === '.gitmodules') checkSubmodules(text, report);
  else await scanGoFile(parsers, { text, report }, turn);
  return report.findings();
}

function checkSubmodules(text: string, report: Report): void {
  for (const match of text.matchAll(/^[ \t]*\[[ \t]*submodule[^\]\r\n]*/gim)) {
    const start = match.index + match[0].indexOf('[');
    report.add('SLP903', { start, end: match.index + match[0].length }, 'submodule', { detail: 'a Git submodule' });
  }
}

interface ParseContext {
  parser: Parser;
  report: Report;
}

async function scanGoFile(
  parsers: Parsers,
  { report, text }: { text: string; report: Report },
  turn: Turn | undefined,
): Promise<void> {
  const lexed = lex(text);
  await turn?.();
  const { tokens } = lexed;
  const problem = lexed.problem ?? nestingProblem(tokens);
  if (problem) return report.addProblem(problem);
  const declarations = readDeclarations(text, tokens);
  await turn?.();
  checkImports(declarations, report);
  checkDirectives(text, lexed, declarations.starts, report);
  checkFunctions(text, lexed, declarations, report);
  if (declarations.problem) return report.addProblem(declarations.problem);
  await turn?.();
  await inTurns(checkMembers(text, lexed, declarations, { parser: await parsers.go(), report }), turn);
}

function checkImports({ imports }: Declarations, report: Report): void {
  for (const { path, range } of imports) {
    const rule = goPolicy.packageRule(path);
    if (rule) report.add(rule, range, path);
  }
}

/** Checks functions of the package, not methods. A function's name follows `func` directly. */
function checkFunctions(text: string, { tokens }: Lexed, { starts }: Declarations, report: Report): void {
  for (const start of starts) {
    if (tokens.kind(start) !== Token.func || tokens.kind(start + 1) !== Token.name) continue;
    const name = tokenText(text, tokens, start + 1);
    const rule = goPolicy.functionRule(name);
    if (rule) report.add(rule, tokens.range(start + 1), name, { detail: `${name}()` });
  }
}

/** Parses the whole file, because a file that can't be parsed is rejected, and resolves the names of possible uses in the tree. */
function* checkMembers(
  text: string,
  lexed: Lexed,
  { imports, starts }: Declarations,
  context: ParseContext,
): Pausing<void> {
  const { tokens } = lexed;
  const candidates = findCandidates(text, tokens, imports);
  const occurrences = findOccurrences(
    text,
    tokens,
    new Set(candidates.map(({ token }) => tokenText(text, tokens, token))),
  );
  const undeclared = new Set<number>();
  yield;
  const source = normalizeSource(text, tokens);
  for (const part of splitIntoParts(tokens, starts, source.length)) {
    yield;
    const problem = yield* parsePart(context.parser, { source, tokens, part }, function* (tree, toFileOffset) {
      if (occurrences.size === 0) return;
      for (const offset of yield* findUndeclaredOccurrences(tree, toFileOffset, occurrences)) undeclared.add(offset);
    });
    if (problem) {
      context.report.addProblem(problem);
      return;
    }
  }
  const members = candidates.filter(({ range }) => undeclared.has(range.start));
  const methods = findMethods(text, tokens, new Set(members.map(({ range }) => range.end)));
  for (const { name, range, ruleId } of [...members, ...methods]) context.report.add(ruleId, range, name);
}

/** `starts` has the first token of each declaration. */
function checkDirectives(text: string, lexed: Lexed, starts: readonly number[], report: Report): void {
  for (const { end, start } of lexed.directives) {
    const directive = text.slice(start + 2, end);
    const blank = directive.search(/\s/);
    const name = blank < 0 ? directive : directive.slice(0, blank);
    const rule = goPolicy.directiveRule(name);
    const range = { start, end: start + 2 + name.length };
    if (!rule) continue;
    if (name === 'go:embed') checkEmbed(directive.slice(name.length), range, report);
    else if (name !== 'go:nosplit' || declaresAssembly(lexed, starts)) report.add(rule, range, name);
  }
}

/**
 * Returns whether any function has no body, which means that it is written in assembly. go:nosplit drops the stack check, which is
 * dangerous only there.
 */
function declaresAssembly({ tokens }: Lexed, starts: readonly number[]): boolean {
  return starts.some((start) => tokens.kind(start) === Token.func && lacksBody(tokens, start));
}

/** Checks patterns, which are separated by blanks and may be quoted like strings. */
function checkEmbed(patterns: string, range: Range, report: Report): void {
  for (const [literal] of patterns.matchAll(/`[^`]*`|"(?:[^"\\]|\\.)*"|\S+/g)) {
    const pattern = (/^["`]/.test(literal) ? stringValue(literal) : literal).replace(/^all:/, '');
    if (!leavesModule(pattern)) continue;
    report.add('SLP902', range, 'go:embed', { detail: `go:embed of ${pattern}, which is outside the module` });
    return;
  }
}

function leavesModule(pattern: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:)/.test(pattern) || pattern.split(/[\\/]/).includes('..');
}

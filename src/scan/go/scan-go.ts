// One source of a Go plugin to its findings (scan policy §8a): a Go file, go.mod, or the list of Git submodules. Tests, files of
// other systems and files that build tags leave out are read like all others.
import type { Parser } from 'web-tree-sitter';
import type { Finding } from '../../contract/finding.ts';
import type { Parsers } from '../parsers.ts';
import { Report } from '../report.ts';
import { type Declarations, readDeclarations } from './declarations.ts';
import { checkDirectives } from './directives.ts';
import { type Lexed, lex, type SyntaxProblem } from './lexer.ts';
import { findCandidates } from './members.ts';
import { scanModuleFile } from './module-file.ts';
import { nestingProblem } from './nesting.ts';
import { normalizeSource } from './normalized-source.ts';
import { goPolicy } from './policy.ts';
import { occurrencesOf, undeclaredOccurrences } from './scopes.ts';
import { parsePart, partsOf } from './syntax-tree.ts';
import { Token, tokenText } from './tokens.ts';

export async function scanGoSource(parsers: Parsers, path: string, text: string): Promise<Finding[]> {
  // Lines end as in all findings; to Go a lone CR is a blank.
  const report = new Report(path, text.replaceAll(/\r(?!\n)/g, '\n'));
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  if (name === 'go.mod') scanModuleFile(text, report);
  else if (name === '.gitmodules') checkSubmodules(text, report);
  else await scanGoFile(parsers, text, report);
  return report.findings();
}

function checkSubmodules(text: string, report: Report): void {
  for (const found of text.matchAll(/^[ \t]*\[[ \t]*submodule[^\]\r\n]*/gim)) {
    const start = found.index + found[0].indexOf('[');
    report.add('SLP903', { start, end: found.index + found[0].length }, 'submodule', { detail: 'a Git submodule' });
  }
}

interface ParseContext {
  parser: Parser;
  report: Report;
}

async function scanGoFile(parsers: Parsers, text: string, report: Report): Promise<void> {
  const lexed = lex(text);
  const { tokens } = lexed;
  const misshapen = lexed.problem ?? nestingProblem(tokens);
  if (misshapen) return addProblem(misshapen, report);
  const declarations = readDeclarations(text, tokens);
  checkImports(declarations, report);
  checkDirectives(text, lexed, declarations.starts, report);
  checkFunctions(text, lexed, declarations, report);
  if (declarations.problem) return addProblem(declarations.problem, report);
  checkMembers(text, lexed, declarations, { parser: await parsers.go(), report });
}

function addProblem(problem: SyntaxProblem, report: Report): void {
  report.add(problem.ruleId, problem, '', { detail: problem.detail });
}

function checkImports({ imports }: Declarations, report: Report): void {
  for (const { path, range } of imports) {
    const rule = goPolicy.packageRule(path);
    if (rule) report.add(rule, range, path);
  }
}

/** Functions of the package, not methods: their name comes first. */
function checkFunctions(text: string, { tokens }: Lexed, { starts }: Declarations, report: Report): void {
  for (const start of starts) {
    if (tokens.kind(start) !== Token.func || tokens.kind(start + 1) !== Token.name) continue;
    const name = tokenText(text, tokens, start + 1);
    const rule = goPolicy.functionRule(name);
    if (rule) report.add(rule, tokens.range(start + 1), name, { detail: `${name}()` });
  }
}

/** Parses all of the file, since what cannot be parsed is refused; looks into the tree where a name's meaning is in doubt. */
function checkMembers(text: string, lexed: Lexed, { imports, starts }: Declarations, run: ParseContext): void {
  const { tokens } = lexed;
  const mentions = findCandidates(text, tokens, imports);
  const places = occurrencesOf(text, tokens, new Set(mentions.map(({ token }) => tokenText(text, tokens, token))));
  const meant = new Set<number>();
  const regular = normalizeSource(text, tokens);
  for (const part of partsOf(tokens, starts, regular.length)) {
    const problem = parsePart(run.parser, regular, tokens, part, (tree, placeOf) => {
      if (places.size > 0) for (const place of undeclaredOccurrences(tree, placeOf, places)) meant.add(place);
    });
    if (problem) {
      addProblem(problem, run.report);
      return;
    }
  }
  for (const { name, range, ruleId } of mentions) {
    if (meant.has(range.start)) run.report.add(ruleId, range, name);
  }
}

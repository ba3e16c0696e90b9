// One source of a Go plugin to its findings (scan policy §8a): a Go file, go.mod, or the list of Git submodules. Tests, files of
// other systems and files that build tags leave out are read like all others.
import type { Finding } from '../../contract/finding.ts';
import type { Parsers } from '../parsers.ts';
import { Report } from '../report.ts';
import { readDeclarations } from './declarations.ts';
import { lex } from './lexer.ts';
import { scanModuleFile } from './module-file.ts';
import { nestingProblem } from './nesting.ts';
import { goPolicy } from './policy.ts';

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

async function scanGoFile(_parsers: Parsers, text: string, report: Report): Promise<void> {
  const { problem, tokens } = lex(text);
  const wrong = problem ?? nestingProblem(tokens);
  const declarations = wrong ? undefined : readDeclarations(text, tokens);
  const unreadable = wrong ?? declarations?.problem;
  if (unreadable) report.add(unreadable.ruleId, unreadable, '', { detail: unreadable.detail });
  for (const { path: name, range } of declarations?.imports ?? []) {
    const rule = goPolicy.packageRule(name);
    if (rule) report.add(rule, range, name);
  }
}

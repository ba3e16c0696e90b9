// Checks comments that direct the toolchain, such as `//go:linkname` and `//go:embed` (scan policy §8a).
import type { Report } from '../report.ts';
import type { Lexed, Range } from './lexer.ts';
import { goPolicy } from './policy.ts';
import { stringValue } from './strings.ts';
import { Token } from './tokens.ts';
import { lacksBody } from './type-extents.ts';

/** `starts` are the first tokens of the declarations. */
export function checkDirectives(text: string, lexed: Lexed, starts: readonly number[], report: Report): void {
  for (const { end, start } of lexed.directives) {
    const [name = '', ...rest] = text.slice(start + 2, end).split(/(?<=^\S+)\s/);
    const rule = goPolicy.directiveRule(name);
    const range = { start, end: start + 2 + name.length };
    if (!rule) continue;
    if (name === 'go:embed') checkEmbed(rest.join(' '), range, report);
    else if (name !== 'go:nosplit' || declaresAssembly(lexed, starts)) report.add(rule, range, name);
  }
}

/** go:nosplit drops the stack check, which is dangerous only for functions written in assembly: those without a body. */
function declaresAssembly({ tokens }: Lexed, starts: readonly number[]): boolean {
  return starts.some((start) => tokens.kind(start) === Token.func && lacksBody(tokens, start));
}

/** Patterns are separated by blanks and may be quoted like strings. */
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

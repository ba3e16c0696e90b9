// Reads `__all__` off the tokens of a file (scan policy §10.2).
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { Token } from '../syntax/token.ts';

const name = '__all__';

/**
 * Returns the names in `__all__ = ['a', 'b']`, undefined if nothing mentions `__all__`, and `everything` if it is bound or changed in
 * any other way, or only under a condition.
 */
export function listedNames(names: TokenNames, lines: LogicalLines): string[] | 'everything' | undefined {
  const { tokens } = names;
  if (!names.mayMention(name)) return undefined;
  const starts = new Set<number>();
  for (let line = 0; line < lines.count; line += 1) if (lines.depth(line) === 0) starts.add(lines.first(line));
  let listed: string[] | undefined;
  for (let index = 0; index < tokens.size; index += 1) {
    const isQuoted = tokens.kind(index) === Token.string && names.source(index).includes(name);
    if (isQuoted) return 'everything';
    if (tokens.kind(index) !== Token.name || names.name(index) !== name) continue;
    if (listed || !starts.has(index) || tokens.kind(index + 1) !== Token.equals) return 'everything';
    listed = literalNames(names, index + 2);
    if (!listed) return 'everything';
  }
  return listed;
}

/** Whether the file mentions the `__all__` of another module: `h.__all__`, `from h import __all__`, `getattr(h, '__all__')`. */
export function reachesOtherAll(names: TokenNames): boolean {
  const { tokens } = names;
  for (let index = 0; index < tokens.size; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.string && names.source(index).includes(name)) return true;
    if (kind !== Token.name || names.name(index) !== name) continue;
    if (accesses.has(tokens.kind(index - 1)) || tokens.kind(index + 1) === Token.as) return true;
  }
  return false;
}

const accesses: ReadonlySet<number> = new Set([Token.dot, Token.import]);

function literalNames(names: TokenNames, open: number): string[] | undefined {
  const { tokens } = names;
  const found: string[] = [];
  if (tokens.kind(open) !== Token.openBracket && tokens.kind(open) !== Token.openParenthesis) return undefined;
  for (let at = open + 1; ; at += 1) {
    const kind = tokens.kind(at);
    if (kind === Token.closeBracket || kind === Token.closeParenthesis) {
      return tokens.kind(at + 1) === Token.newline ? found : undefined;
    }
    if (kind === Token.comma) continue;
    const literal = kind === Token.string ? /^(["'])(\w+)\1$/.exec(names.source(at))?.[2] : undefined;
    const isAlone = tokens.kind(at + 1) !== Token.string;
    if (literal === undefined || !isAlone) return undefined;
    found.push(literal);
  }
}

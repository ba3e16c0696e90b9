// Reads `__all__` off the tokens of a file (scan policy §10.2).
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { tokensWith } from '../reading/watched-tokens.ts';
import { Token } from '../syntax/token.ts';

const name = '__all__';

/**
 * Returns the names in `__all__ = ['a', 'b']`, undefined if nothing mentions `__all__`, and `everything` if it is bound or changed in
 * any other way, or only under a condition.
 */
export function listedNames(names: TokenNames, lines: LogicalLines): string[] | 'everything' | undefined {
  const { tokens } = names;
  if (!names.mayMention(name)) return undefined;
  if (tokensWith(name, names).length > 0) return 'everything';
  const [mention, another] = names.mentions(name);
  if (mention === undefined) return undefined;
  const line = lines.lineOf(mention);
  const isStatement = lines.first(line) === mention && lines.depth(line) === 0;
  if (another !== undefined || !isStatement || tokens.kind(mention + 1) !== Token.equals) return 'everything';
  return literalNames(names, mention + 2) ?? 'everything';
}

/** Whether the file mentions the `__all__` of another module: `h.__all__`, `from h import __all__`, `getattr(h, '__all__')`. */
export function reachesOtherAll(names: TokenNames): boolean {
  const { tokens } = names;
  const isAccess = (token: number) => accesses.has(tokens.kind(token - 1)) || tokens.kind(token + 1) === Token.as;
  return tokensWith(name, names).length > 0 || names.mentions(name).some(isAccess);
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

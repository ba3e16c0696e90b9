// Reads `__all__` off the tokens of a file (scan policy §10.2).
import { namespaceNames, Role, type WatchedWords } from '../policy/watched-words.ts';
import type { LogicalLines } from '../reading/logical-lines.ts';
import type { TokenNames } from '../reading/token-names.ts';
import { literalKey, tokensWith } from '../reading/watched-tokens.ts';
import { Token, type Tokens } from '../syntax/token.ts';

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

/**
 * Whether the file may get at the `__all__` of another module. It mentions it, as `h.__all__`, `from h import __all__`,
 * `h.__dict__.update(__all__=[])`, or looks up or changes names that it does not write. `words`: the watched tokens of the lexer.
 */
export function reachesOtherAll(names: TokenNames, words: readonly number[], watched: WatchedWords): boolean {
  if (words.some((token) => mayReachAnyName(token, names, watched))) return true;
  if (!names.mayMention(name)) return false;
  return tokensWith(name, names).length > 0 || names.mentions(name).some((token) => isAccess(names.tokens, token));
}

function isAccess(tokens: Tokens, token: number): boolean {
  const [before, after] = [tokens.kind(token - 1), tokens.kind(token + 1)];
  const isKeyword = after === Token.equals && (before === Token.openParenthesis || before === Token.comma);
  return before === Token.dot || before === Token.import || after === Token.as || isKeyword;
}

/** Whether the word may read or change any name of a module: `getattr(h, name)`, `h.__dict__`. */
function mayReachAnyName(token: number, names: TokenNames, watched: WatchedWords): boolean {
  const word = names.name(token);
  if ((watched.roleOf(word) & Role.namespace) === 0 || names.tokens.kind(token - 1) === Token.def) return false;
  if (word === 'getattr') return opensNamespace(literalKey(token, names));
  return !namespaceNames.has(word) || !names.isAttribute(token);
}

/** Whether a lookup with the key, undefined if it is not written, may yield a name that is not written: `getattr(h, '__dict__')`. */
function opensNamespace(key: string | undefined): boolean {
  return key === undefined || /^__\w+__$/.test(key);
}

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

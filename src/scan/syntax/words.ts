// The hard keywords. Soft ones (match, case, type, _) are names that the grammar reads by where they stand.
import { Token } from './token.ts';

const words = [
  'False',
  'None',
  'True',
  'and',
  'as',
  'assert',
  'async',
  'await',
  'break',
  'class',
  'continue',
  'def',
  'del',
  'elif',
  'else',
  'except',
  'finally',
  'for',
  'from',
  'global',
  'if',
  'import',
  'in',
  'is',
  'lambda',
  'nonlocal',
  'not',
  'or',
  'pass',
  'raise',
  'return',
  'try',
  'while',
  'with',
  'yield',
] as const;

const keywords: ReadonlyMap<string, Token> = new Map(words.map((word) => [word, Token[word]]));

/** The keyword's token, or a name's. */
export function wordToken(word: string): Token {
  return word.length < 2 || word.length > 8 ? Token.name : (keywords.get(word) ?? Token.name);
}

// Finds, from tokens, whether a file can have a finding at all, and the strings and lookups that may name something.
import { standardSubmodules } from '../policy/listed-modules.ts';
import { builtinsName } from '../policy/policy-table.ts';
import { Role, type WatchedWords } from '../policy/watched-words.ts';
import { bracketStep, Token, type Tokens } from '../syntax/token.ts';
import type { TokenNames } from './token-names.ts';

/** Returns whether the file has a watched word where it matters, or may spell `__builtins__`. `words` has the lexer's watched tokens. */
export function mentionsWatched(words: readonly number[], names: TokenNames, watched: WatchedWords): boolean {
  return words.some((token) => isWatched(token, names, watched)) || names.mayMention(builtinsName);
}

function isWatched(token: number, names: TokenNames, watched: WatchedWords): boolean {
  if (names.tokens.kind(token) !== Token.name) return false;
  const name = names.name(token);
  const role = watched.roleOf(name);
  if (names.isAttribute(token)) return (role & Role.attribute) !== 0;
  return (role & Role.name) !== 0 || ((role & Role.module) !== 0 && isModuleUsed(token, names, watched));
}

/** Returns whether the module is used otherwise than by `import os`, `os.getcwd` and `os.path.join`. */
function isModuleUsed(token: number, names: TokenNames, watched: WatchedWords): boolean {
  const { tokens } = names;
  const member = names.memberAfter(token);
  const isImported = tokens.kind(token - 1) === Token.import && tokens.kind(token - 2) !== Token.name;
  if (isImported && tokens.kind(token + 1) === Token.newline) return false;
  if (isImported || member === undefined || watched.isListed(names.name(token), member)) return true;
  return standardSubmodules.has(`${names.name(token)}.${member}`) && tokens.kind(token + 3) !== Token.dot;
}

/** Returns the string tokens that contain the text. */
export function findStringsWith(text: string, names: TokenNames): number[] {
  const { tokens } = names;
  return names.offsetsOf(text).flatMap((offset) => {
    const index = tokenAt(tokens, offset);
    return tokens.kind(index) === Token.string ? [index] : [];
  });
}

/** Returns the last token that starts at or before the offset. */
function tokenAt(tokens: Tokens, offset: number): number {
  let low = 0;
  let high = tokens.size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tokens.start(middle) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Returns the literal name that is passed to a `getattr`. */
export function literalKey(getter: number, names: TokenNames): string | undefined {
  const { tokens } = names;
  if (tokens.kind(getter + 1) !== Token.openParenthesis) return undefined;
  const key = secondArgument(tokens, getter + 2);
  const after = tokens.kind(key + 1);
  const isLiteral = tokens.kind(key) === Token.string && (after === Token.comma || after === Token.closeParenthesis);
  return isLiteral ? /^(["'])(\w*)\1$/.exec(names.source(key))?.[2] : undefined;
}

/** Returns the first token of the second argument. `start` is the first token of the first one. */
function secondArgument(tokens: Tokens, start: number): number {
  let depth = 0;
  for (let index = start; depth >= 0 && tokens.kind(index) !== Token.end; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.comma && depth === 0) return index + 1;
    depth += bracketStep(kind);
  }
  return tokens.size;
}

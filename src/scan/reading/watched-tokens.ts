// Selects the first round's tokens: watched words in a position where they matter to the policy.
import { constantCharsMax } from '../../contract/limits/scans.ts';
import { decodeStringLiteral } from '../constants/literals.ts';
import type { ScanPolicy } from '../policy/policy.ts';
import { Role, type WatchedWords } from '../policy/watched-words.ts';
import { bracketStep, Token, type Tokens } from '../syntax/token.ts';
import type { LogicalLines } from './logical-lines.ts';
import type { TokenNames } from './token-names.ts';

/** Filters the lexer's watched tokens, which are words with a role and the star of each star import. Ascending. */
export function selectWatchedTokens(words: readonly number[], names: TokenNames, policy: ScanPolicy): number[] {
  const { tokens } = names;
  const selected: number[] = [];
  let importEnd = 0;
  for (const index of words) {
    const kind = tokens.kind(index);
    const isImporting = kind === Token.import || kind === Token.from;
    if (isImporting && index >= importEnd) importEnd = findStatementEnd(tokens, index);
    const matters = isImporting
      ? kind === Token.import && policy.isStrict
      : kind === Token.star || isWatched(index, { names, watched: policy.watched, inImport: index < importEnd });
    if (matters) selected.push(index);
  }
  return selected;
}

/**
 * Returns the string tokens that contain the text. A lookup with such a string may use names that nothing else in the statement points
 * to.
 */
export function findStringsWith(text: string, names: TokenNames): number[] {
  const { tokens } = names;
  return names.offsetsOf(text).flatMap((offset) => {
    const index = tokenAt(tokens, offset);
    return tokens.kind(index) === Token.string ? [index] : [];
  });
}

/** Finds strings like `findStringsWith`, but leaves out those too long to be a constant, alone or joined with others. */
export function findFoldableStringsWith(text: string, names: TokenNames): number[] {
  return findStringsWith(text, names).filter((token) => isFoldable(token, names));
}

function isFoldable(token: number, names: TokenNames): boolean {
  const { tokens } = names;
  let first = token;
  while (tokens.kind(first - 1) === Token.string && token - first < constantCharsMax) first -= 1;
  let chars = 0;
  for (let at = first; tokens.kind(at) === Token.string && chars <= constantCharsMax; at += 1) {
    const literal = decodeStringLiteral(names.source(at));
    if (literal.kind === 'text') chars += literal.value.length;
  }
  return chars <= constantCharsMax;
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

interface Context {
  names: TokenNames;
  watched: WatchedWords;
  inImport: boolean;
}

function isWatched(index: number, { inImport, names, watched }: Context): boolean {
  const name = names.name(index);
  const role = watched.roleOf(name);
  if (names.isAttribute(index)) return (role & Role.attribute) !== 0;
  if ((role & Role.name) !== 0) return name !== 'getattr' || getattrMatters(index, names, watched);
  if (inImport) return (role & (Role.module | Role.imported)) !== 0;
  if ((role & Role.module) === 0) return false;
  const member = names.memberAfter(index);
  return member === undefined || watched.isWatchedMember(name, member);
}

/** Returns whether a `getattr` is relevant. It isn't if it is called with a literal name that the policy doesn't know. */
export function getattrMatters(index: number, names: TokenNames, watched: WatchedWords): boolean {
  const { tokens } = names;
  const isDefined = tokens.kind(index - 1) === Token.def || tokens.kind(index - 1) === Token.class;
  const name = isDefined ? undefined : literalKey(index, names);
  return name === undefined || watched.mayBeWatchedMember(name);
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

/** Returns the token that ends the simple statement. */
export function findStatementEnd(tokens: Tokens, start: number): number {
  let index = start;
  while (!statementEnds.has(tokens.kind(index))) index += 1;
  return index;
}

const statementEnds: ReadonlySet<number> = new Set([Token.newline, Token.semicolon, Token.end]);

interface File {
  names: TokenNames;
  lines: LogicalLines;
  policy: ScanPolicy;
}

/** Returns the watched tokens, except those in lines that contain only an import with an idle star. Both lists are ascending. */
export function dropIdleStars(watched: readonly number[], stars: readonly number[], file: File): readonly number[] {
  if (stars.length === 0 || mentionsBuiltins(watched, file)) return watched;
  const idle = idleLines(stars, file);
  let line = 0;
  return watched.filter((token) => {
    while (file.lines.newline(line) < token) line += 1;
    return !idle.has(line);
  });
}

function mentionsBuiltins(watched: readonly number[], { names, policy }: File): boolean {
  return watched.some(
    (token) => names.tokens.kind(token) === Token.name && (policy.watched.roleOf(names.name(token)) & Role.name) !== 0,
  );
}

function idleLines(stars: readonly number[], { lines, names: { tokens } }: File): ReadonlySet<number> {
  const idle = new Set<number>();
  let line = 0;
  for (const star of stars) {
    while (lines.newline(line) < star) line += 1;
    if (tokens.kind(lines.first(line)) === Token.from && lines.newline(line) === star + 1) idle.add(line);
  }
  return idle;
}

// Which places of a file the scan must look into. A finding needs a name that the policy knows, so all that is not near one is left
// unread: `import *`, the names themselves, the names that getattr looks up by, and lines long enough to nest too deeply.
import type { Selection } from './flatten.ts';
import { limits } from './limits.ts';
import type { ScanPolicy } from './policy.ts';
import type { Lexed } from './syntax/lexer.ts';
import { kindFlags, Token, type Tokens } from './syntax/token.ts';
import type { Words } from './syntax/words.ts';
import { normalizedName } from './syntax-tree.ts';

/** What is looked at, and whether that turned out to be too little. */
export class Watch {
  /** Offsets of tokens to look at, ascending. */
  readonly offsets: readonly number[];
  private readonly lineEnds: readonly number[];
  private readonly keys: ReadonlySet<string>;
  private readonly words: Words;
  private whole: boolean;
  private asked = false;

  constructor(text: string, lexed: Lexed, policy: ScanPolicy) {
    this.words = policy.words;
    this.whole = policy.readsWhole;
    this.keys = getattrKeys(text, lexed);
    this.offsets = watchedOffsets(text, lexed, this.keys);
    this.lineEnds = lexed.lines.map((index) => lexed.tokens.start(index));
  }

  /** Whether every mention of the name is looked at. Asking for one that is not means that the whole file must be. */
  sees(name: string): boolean {
    if (this.whole || this.keys.has(name) || this.words.findText(name)?.watched) return true;
    this.asked = true;
    return false;
  }

  askForAll(): void {
    this.asked = true;
  }

  get isWhole(): boolean {
    return this.whole;
  }

  get missed(): boolean {
    return this.asked && !this.whole;
  }

  /** From now on everything is looked at. */
  widen(): void {
    this.whole = true;
  }

  get selection(): Selection {
    return { offsets: this.offsets, lineEnds: this.lineEnds, whole: this.whole };
  }
}

function watchedOffsets(text: string, lexed: Lexed, keys: ReadonlySet<string>): readonly number[] {
  const { tokens, watched } = lexed;
  const offsets = watched.map((index) => tokens.start(index));
  const others = [...deepLines(lexed), ...(keys.size > 0 ? mentions(text, tokens, keys) : [])];
  return others.length === 0 ? offsets : [...new Set([...offsets, ...others])].sort((a, b) => a - b);
}

function* mentions(text: string, tokens: Tokens, names: ReadonlySet<string>): Generator<number> {
  for (let index = 0; index < tokens.size; index += 1) {
    if (tokens.kind(index) === Token.name && names.has(nameAt(text, tokens, index))) yield tokens.start(index);
  }
}

function nameAt(text: string, tokens: Tokens, index: number): string {
  return normalizedName(text.slice(tokens.start(index), tokens.finish(index)));
}

/** The names in the second argument of every `getattr(…)`: the constants that it may look up by. */
function getattrKeys(text: string, { tokens, watched }: Lexed): Set<string> {
  const keys = new Set<string>();
  for (const index of watched) {
    const isGetattr =
      tokens.finish(index) - tokens.start(index) === 'getattr'.length &&
      text.startsWith('getattr', tokens.start(index));
    if (isGetattr && tokens.kind(index + 1) === Token.openParenthesis) addKeys(keys, text, tokens, index + 2);
  }
  return keys;
}

function addKeys(keys: Set<string>, text: string, tokens: Tokens, start: number): void {
  let open = 0;
  let argument = 1;
  for (let index = start; open >= 0 && argument <= 2; index += 1) {
    const kind = tokens.kind(index);
    if (kind === Token.end) return;
    if (nesting[kind] === opens) open += 1;
    else if (nesting[kind] === closes) open -= 1;
    else if (kind === Token.comma && open === 0) argument += 1;
    else if (kind === Token.name && argument === 2 && tokens.kind(index - 1) !== Token.dot)
      keys.add(nameAt(text, tokens, index));
  }
}

const opens = 1;
const closes = 2;
const nesting = kindFlags(Token.openParenthesis, Token.openBracket, Token.openBrace);
for (const closing of [Token.closeParenthesis, Token.closeBracket, Token.closeBrace]) nesting[closing] = closes;

/** So many chained tokens on a logical line cannot nest beyond the limit, within as many brackets and blocks as there may be. */
const chainedMax = limits.treeDepth - 2 * limits.bracketLevels - limits.indents;

/** Where logical lines start that may nest beyond the limit. */
function* deepLines({ lines, tokens }: Lexed): Generator<number> {
  let start = 0;
  for (const end of lines) {
    if (end - start > chainedMax && chainedTokens(tokens, start, end) > chainedMax) yield tokens.start(start);
    start = end + 1;
  }
}

function chainedTokens(tokens: Tokens, start: number, end: number): number {
  let chained = 0;
  for (let index = start; index < end; index += 1) {
    const kind = tokens.kind(index);
    if (flat[kind] !== 1 && (trailing[kind] !== 1 || trailed[tokens.kind(index - 1)] === 1)) chained += 1;
  }
  return chained;
}

/** Tokens that make no level of a syntax tree, or one that is counted as a bracket. */
const flat = kindFlags(
  Token.indent,
  Token.dedent,
  Token.name,
  Token.number,
  Token.string,
  Token.bytes,
  Token.fStringStart,
  Token.fStringEnd,
  Token.None,
  Token.True,
  Token.False,
  Token.comma,
  Token.colon,
  Token.openBrace,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.closeBrace,
);

/** `(` and `[` are a level of their own for each call and subscript in a chain: where they follow an operand. */
const trailing = kindFlags(Token.openParenthesis, Token.openBracket);
const trailed = kindFlags(
  Token.name,
  Token.string,
  Token.bytes,
  Token.fStringEnd,
  Token.closeParenthesis,
  Token.closeBracket,
  Token.closeBrace,
);

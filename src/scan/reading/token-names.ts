// Reads names from a file's tokens, in the form in which Python compares them, and finds where a name is mentioned, in code or in strings.
import { bracketStep, Token, type Tokens } from '../syntax/token.ts';
import { normalizedName } from './syntax-tree.ts';

export class TokenNames {
  readonly tokens: Tokens;
  private readonly text: string;
  /** The number of each token's name, plus one. Equal names share one string, whose hash is computed only once. */
  private readonly numbers: Int32Array;
  private readonly distinct: string[] = [];
  private readonly numberOf = new Map<string, number>();
  private chains: Chains | undefined;

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.numbers = new Int32Array(tokens.size);
  }

  source(index: number): string {
    return this.text.slice(this.tokens.start(index), this.tokens.end(index));
  }

  /** Returns the offsets at which the text occurs in the file, ascending. */
  offsetsOf(text: string): number[] {
    const offsets: number[] = [];
    for (let at = this.text.indexOf(text); at >= 0; at = this.text.indexOf(text, at + text.length)) offsets.push(at);
    return offsets;
  }

  /** Returns whether the text may occur in the file, as written or as a name that normalization changes. */
  mayMention(text: string): boolean {
    return this.tokens.nonAsciiNames.length > 0 || this.text.includes(text);
  }

  name(index: number): string {
    const known = this.numbers[index];
    return known ? (this.distinct[known - 1] ?? '') : this.read(index);
  }

  /** Returns the tokens that are this name. Ascending. */
  mentions(name: string): number[] {
    this.chains ??= this.readAll();
    const { firsts, nexts } = this.chains;
    const found: number[] = [];
    const number = this.numberOf.get(name);
    if (number === undefined) return found;
    for (let token = firsts[number - 1] ?? none; token !== none; token = nexts[token] ?? none) found.push(token);
    return found;
  }

  /** All distinct names in the file. */
  get all(): readonly string[] {
    this.chains ??= this.readAll();
    return this.distinct;
  }

  isAttribute(index: number): boolean {
    return this.tokens.kind(index - 1) === Token.dot;
  }

  /** Returns `member` if the token is the start of `name.member`. */
  memberAfter(index: number): string | undefined {
    const { tokens } = this;
    const hasMember = tokens.kind(index + 1) === Token.dot && tokens.kind(index + 2) === Token.name;
    return hasMember ? this.name(index + 2) : undefined;
  }

  private read(index: number): string {
    const source = this.source(index);
    const name = this.tokens.nonAsciiNames.length === 0 ? source : normalizedName(source);
    const known = this.numberOf.get(name);
    const number = known ?? this.distinct.push(name);
    if (known === undefined) this.numberOf.set(name, number);
    this.numbers[index] = number;
    return this.distinct[number - 1] ?? name;
  }

  private readAll(): Chains {
    const { numbers, tokens } = this;
    for (let token = 0; token < tokens.size; token += 1)
      if (tokens.kind(token) === Token.name && numbers[token] === 0) this.read(token);
    const firsts = new Int32Array(this.distinct.length).fill(none);
    const nexts = new Int32Array(tokens.size);
    for (let token = tokens.size - 1; token >= 0; token -= 1) {
      const number = numbers[token] ?? 0;
      if (number === 0 || tokens.kind(token) !== Token.name) continue;
      nexts[token] = firsts[number - 1] ?? none;
      firsts[number - 1] = token;
    }
    return { firsts, nexts };
  }
}

/** Mentions of each name: the name's first token and, for each token, the next one. */
interface Chains {
  firsts: Int32Array;
  nexts: Int32Array;
}

const none = -1;

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

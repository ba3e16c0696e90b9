// Reads names from a file's tokens, in the form in which Python compares them, and finds where a name is mentioned.
import { Token, type Tokens } from '../syntax/token.ts';
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

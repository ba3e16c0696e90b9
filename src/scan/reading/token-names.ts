// Reads names off the tokens of a file, as Python compares them.
import { Token, type Tokens } from '../syntax/token.ts';
import { normalizedName } from './syntax-tree.ts';

export class TokenNames {
  readonly tokens: Tokens;
  private readonly text: string;
  /** The names that were asked for, by token. Equal ones are one string, so that its hash is computed once. */
  private readonly read: (string | undefined)[];
  private readonly distinct = new Map<string, string>();

  constructor(text: string, tokens: Tokens) {
    this.text = text;
    this.tokens = tokens;
    this.read = new Array<string | undefined>(tokens.size);
  }

  source(index: number): string {
    return this.text.slice(this.tokens.start(index), this.tokens.end(index));
  }

  /** Returns where the text occurs in the file. Ascending. */
  offsetsOf(text: string): number[] {
    const offsets: number[] = [];
    for (let at = this.text.indexOf(text); at >= 0; at = this.text.indexOf(text, at + text.length)) offsets.push(at);
    return offsets;
  }

  /** Whether the text may occur in the file: as written, or as a name that normalization changes. */
  mayMention(text: string): boolean {
    return this.tokens.nonAsciiNames.length > 0 || this.text.includes(text);
  }

  name(index: number): string {
    const known = this.read[index];
    if (known !== undefined) return known;
    const source = this.source(index);
    const name = this.tokens.nonAsciiNames.length === 0 ? source : normalizedName(source);
    const distinct = this.distinct.get(name) ?? name;
    if (distinct === name) this.distinct.set(name, name);
    this.read[index] = distinct;
    return distinct;
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
}

// The kinds of Go tokens, and the tokens of one file as flat arrays. Kinds that nobody tells apart are one.
export const Token = {
  /** Behind the last token. */
  end: 0,
  name: 1,
  string: 2,
  rune: 3,
  number: 4,
  /** Written, or put in at the end of a line by Go's rule: then it has no text of its own. */
  semicolon: 5,
  openParenthesis: 6,
  closeParenthesis: 7,
  openBracket: 8,
  closeBracket: 9,
  openBrace: 10,
  closeBrace: 11,
  comma: 12,
  colon: 13,
  dot: 14,
  ellipsis: 15,
  /** `=`, `:=`, `+=` and its like. */
  assign: 16,
  increment: 17,
  star: 18,
  arrow: 19,
  /** `!`, which stands before an operand only. */
  not: 20,
  tilde: 21,
  /** Operators between two operands, by how tight they bind. */
  or: 22,
  and: 23,
  comparison: 24,
  /** `+ - ^` may stand before an operand as well. */
  additive: 25,
  /** `&` may stand before an operand as well. */
  multiplicative: 26,
  break: 30,
  case: 31,
  chan: 32,
  const: 33,
  continue: 34,
  default: 35,
  defer: 36,
  else: 37,
  fallthrough: 38,
  for: 39,
  func: 40,
  go: 41,
  goto: 42,
  if: 43,
  import: 44,
  interface: 45,
  map: 46,
  package: 47,
  range: 48,
  return: 49,
  select: 50,
  struct: 51,
  switch: 52,
  type: 53,
  var: 54,
} as const;

export type Token = (typeof Token)[keyof typeof Token];

/** A set of kinds, to be asked for by index. */
export function kindFlags(...kinds: Token[]): Uint8Array {
  const flags = new Uint8Array(64);
  for (const kind of kinds) flags[kind] = 1;
  return flags;
}

export class Tokens {
  size = 0;
  private kinds: Uint8Array;
  private starts: Int32Array;
  private ends: Int32Array;

  constructor(capacity: number) {
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  add(kind: number, start: number, end: number): void {
    const index = this.size;
    if (index === this.kinds.length) this.grow();
    this.kinds[index] = kind;
    this.starts[index] = start;
    this.ends[index] = end;
    this.size = index + 1;
  }

  /** `end` before the first token and behind the last one. */
  kind(index: number): number {
    return index < this.size ? (this.kinds[index] ?? Token.end) : Token.end;
  }

  start(index: number): number {
    return this.starts[index] ?? 0;
  }

  finish(index: number): number {
    return this.ends[index] ?? 0;
  }

  range(index: number): { start: number; end: number } {
    return { start: this.start(index), end: this.finish(index) };
  }

  private grow(): void {
    const { kinds, starts, ends } = this;
    const capacity = kinds.length * 2 + 64;
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.kinds.set(kinds);
    this.starts.set(starts);
    this.ends.set(ends);
  }
}

export function tokenText(text: string, tokens: Tokens, index: number): string {
  return text.slice(tokens.start(index), tokens.finish(index));
}

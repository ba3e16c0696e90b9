// Defines the kinds of Go tokens, and stores the tokens of one file in flat arrays. Kinds that no check distinguishes are merged.
export const Token = {
  /** Before the first token and after the last one. */
  end: 0,
  name: 1,
  string: 2,
  rune: 3,
  number: 4,
  /** Written, or inserted at the end of a line by Go's rule; an inserted one has no text. */
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
  /** `=`, `:=`, `+=` and the like. */
  assign: 16,
  increment: 17,
  star: 18,
  arrow: 19,
  /** `!`, which is always unary. */
  not: 20,
  tilde: 21,
  /** Binary operators, from the loosest binding to the tightest. */
  or: 22,
  and: 23,
  comparison: 24,
  /** `+ - ^` can also be unary. */
  additive: 25,
  /** `&` can also be unary. */
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

/** A set of kinds as flags, indexed by kind. */
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

  /** `Token.end` for an index out of range. */
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

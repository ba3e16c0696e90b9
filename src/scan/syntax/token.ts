// Numbers the kinds of Python tokens, and stores the tokens of one file as flat arrays.
export const Token = {
  end: 0,
  /** Marks where the lexer stopped with a problem. No grammar rule accepts it. */
  invalid: 1,
  newline: 2,
  indent: 3,
  dedent: 4,
  name: 5,
  number: 6,
  string: 7,
  bytes: 8,
  fStringStart: 9,
  fStringEnd: 11,
  False: 12,
  None: 13,
  True: 14,
  and: 15,
  as: 16,
  assert: 17,
  async: 18,
  await: 19,
  break: 20,
  class: 21,
  continue: 22,
  def: 23,
  del: 24,
  elif: 25,
  else: 26,
  except: 27,
  finally: 28,
  for: 29,
  from: 30,
  global: 31,
  if: 32,
  import: 33,
  in: 34,
  is: 35,
  lambda: 36,
  nonlocal: 37,
  not: 38,
  or: 39,
  pass: 40,
  raise: 41,
  return: 42,
  try: 43,
  while: 44,
  with: 45,
  yield: 46,
  openParenthesis: 47,
  closeParenthesis: 48,
  openBracket: 49,
  closeBracket: 50,
  openBrace: 51,
  closeBrace: 52,
  comma: 53,
  colon: 54,
  semicolon: 55,
  dot: 56,
  ellipsis: 57,
  equals: 58,
  walrus: 59,
  arrow: 60,
  at: 61,
  exclamation: 62,
  star: 63,
  doubleStar: 64,
  plus: 65,
  minus: 66,
  tilde: 67,
  /** `/`, which also separates positional-only parameters. */
  slash: 68,
  /** `|`, which also joins patterns. */
  pipe: 69,
  /** The other binary operators that bind tighter than a comparison: `// % & ^ << >>`. */
  arithmetic: 70,
  /** `== != < > <= >=`. */
  comparison: 71,
  /** Augmented assignments: `+=` and so on. */
  augmented: 72,
} as const;

export type Token = (typeof Token)[keyof typeof Token];

/** A place at which the text is not valid Python, or exceeds a limit of the scanner (scan policy §7). */
export interface SyntaxProblem {
  ruleId: 'SLP601' | 'SLP603';
  detail: string;
  start: number;
  end: number;
}

/** Returns a set of kinds as an array to index by kind. */
export function kindFlags(...kinds: Token[]): Uint8Array {
  const flags = new Uint8Array(128);
  for (const kind of kinds) flags[kind] = 1;
  return flags;
}

export class Tokens {
  size = 0;
  /** Why the last token is an invalid one. */
  problem: SyntaxProblem | undefined;
  /** The `match` tokens of statements whose subject starts with a bracket. Filled in by the grammar, not the lexer. */
  readonly bracketedMatches = new Set<number>();
  /** The names with non-ASCII characters. Ascending. */
  readonly nonAsciiNames: number[] = [];
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

  kind(index: number): number {
    return this.kinds[index] ?? Token.end;
  }

  start(index: number): number {
    return this.starts[index] ?? 0;
  }

  finish(index: number): number {
    return this.ends[index] ?? 0;
  }

  isEmpty(index: number): boolean {
    return this.starts[index] === this.ends[index];
  }

  private grow(): void {
    const { kinds, starts, ends } = this;
    this.kinds = new Uint8Array(kinds.length * 2);
    this.starts = new Int32Array(kinds.length * 2);
    this.ends = new Int32Array(kinds.length * 2);
    this.kinds.set(kinds);
    this.starts.set(starts);
    this.ends.set(ends);
  }
}

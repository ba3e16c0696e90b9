// Stores one file's tokens as flat arrays, for both languages. A file has up to a million tokens, and one object for each would cost
// more than reading them.
import type { Range } from './report.ts';

export class TokenArrays {
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

  /** Returns the token's kind. If the index is out of range, that is 0, which is `Token.end` in both languages. */
  kind(index: number): number {
    return this.kinds[index] ?? 0;
  }

  start(index: number): number {
    return this.starts[index] ?? 0;
  }

  end(index: number): number {
    return this.ends[index] ?? 0;
  }

  range(index: number): Range {
    return { start: this.start(index), end: this.end(index) };
  }

  /** Returns the tokens of the flagged kinds, ascending. */
  ofKinds(flags: Uint8Array): number[] {
    const { kinds, size } = this;
    const found: number[] = [];
    for (let index = 0; index < size; index += 1) if (flags[kinds[index] ?? 0] === 1) found.push(index);
    return found;
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

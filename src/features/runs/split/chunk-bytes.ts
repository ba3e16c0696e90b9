// Holds input bytes that were read but not yet stored in a chunk.
import { runLimits } from '../../../contract/limits/batches.ts';

export class ChunkBytes {
  #parts: Uint8Array[] = [];
  #startAt = 0;
  #size = 0;

  /** Starts at position `at` of the input. */
  begin(at: number): void {
    this.#startAt = at;
  }

  add(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    // Only an overlong row or blank space gets this large, and neither is stored.
    while (this.#size > runLimits.chunkBytes + 2 * runLimits.rowBytes + bytes.length) this.#drop();
  }

  /** Returns a range of the input and drops everything before its end. */
  take(from: number, to: number): Uint8Array {
    this.skip(from);
    const taken = new Uint8Array(to - from);
    let at = this.#startAt;
    for (const part of this.#parts) {
      if (at < to) taken.set(part.subarray(0, to - at), at - from);
      at += part.length;
    }
    this.skip(to);
    return taken;
  }

  /** Drops all bytes before this position. */
  skip(to: number): void {
    while (this.#parts[0] && this.#startAt + this.#parts[0].length <= to) this.#drop();
    const [first] = this.#parts;
    if (!first || this.#startAt >= to) return;
    this.#parts[0] = first.subarray(to - this.#startAt);
    this.#size -= to - this.#startAt;
    this.#startAt = to;
  }

  #drop(): void {
    const first = this.#parts.shift();
    this.#startAt += first?.length ?? 0;
    this.#size -= first?.length ?? 0;
  }
}

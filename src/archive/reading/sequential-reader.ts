// Reads a source once, in order. Passes every byte to the digest and keeps only one window in memory.
import { windowBytes } from '../../contract/limits/archives.ts';
import type { ByteDigest, ByteSource } from './byte-source.ts';
import type { Meter } from './meter.ts';

const nothing = new Uint8Array(0);

/** A byte stream that returns bytes as they become available. */
export interface ByteStream {
  /** Returns 1 to `max` bytes, valid until the next call. Returns none at the end. */
  next(max: number): Promise<Uint8Array<ArrayBuffer>>;
}

export class SequentialReader implements ByteStream {
  readonly #source: ByteSource;
  readonly #meter: Meter;
  readonly #digest: ByteDigest | undefined;
  #window: Uint8Array<ArrayBuffer> = nothing;
  /** The window's offset in the source, and how many of its bytes were returned. */
  #windowStart = 0;
  #used = 0;

  /** Reads from `start`. A digest of everything needs to start at 0. */
  constructor(source: ByteSource, meter: Meter, digest?: ByteDigest, start = 0) {
    this.#source = source;
    this.#meter = meter;
    this.#digest = digest;
    this.#windowStart = start;
  }

  get position(): number {
    return this.#windowStart + this.#used;
  }

  async next(max: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#used === this.#window.length) await this.#advance();
    const bytes = this.#window.subarray(this.#used, this.#used + max);
    this.#used += bytes.length;
    return bytes;
  }

  /** Returns exactly `length` bytes, or fewer at the end. */
  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const first = await this.next(length);
    if (first.length === length || first.length === 0) return first;
    const whole = new Uint8Array(length);
    whole.set(first);
    let filled = first.length;
    while (filled < length) {
      const more = await this.next(length - filled);
      if (more.length === 0) return whole.subarray(0, filled);
      whole.set(more, filled);
      filled += more.length;
    }
    return whole;
  }

  /** Skips to `position` in the source. Skipped bytes also go to the digest. */
  async skipTo(position: number): Promise<void> {
    while (this.position < position) {
      const skipped = await this.next(position - this.position);
      if (skipped.length === 0) return;
    }
  }

  /** Reads the remaining bytes for the digest, and releases the last window. */
  async finish(): Promise<void> {
    await this.skipTo(this.#source.size);
    await this.#advance();
  }

  async #advance(): Promise<void> {
    this.#windowStart += this.#window.length;
    this.#used = 0;
    this.#meter.release(this.#window.length);
    this.#window = nothing;
    const length = Math.min(windowBytes, this.#source.size - this.#windowStart);
    if (length <= 0) return;
    this.#meter.hold(length);
    this.#window = await this.#source.read(this.#windowStart, length);
    await this.#digest?.update(this.#window);
  }
}

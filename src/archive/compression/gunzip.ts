// Streams the content of gzip members (RFC 1952): header, DEFLATE data, CRC and length. An archive must be exactly one member. A second
// member or any other byte after the first one is rejected, because readers disagree on whether it counts.
import { view } from '../reading/decoding.ts';
import { Defect } from '../reading/defect.ts';
import type { Meter } from '../reading/meter.ts';
import type { ByteStream, SequentialReader } from '../reading/sequential-reader.ts';
import { crc32 } from './crc32.ts';
import { Inflater } from './inflate.ts';

const feedBytes = 64 * 1024;
const headerBytes = 10;
const trailerBytes = 8;
const flags = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };
const headerTextBytesMax = 64 * 1024;

/** A member's input. */
export interface GzipInput extends ByteStream {
  /** Returns exactly `length` bytes, or fewer at the end. */
  take(length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Inflates one member on demand. It reads and holds little more than what `next` returns. Throws a Defect (SLP710) if the member is
 * incomplete.
 */
export class GzipMember implements ByteStream {
  readonly #input: GzipInput;
  readonly #inflater = new Inflater();
  #started = false;
  #ended = false;
  #crc = 0;
  #size = 0;
  #surplus: Uint8Array = new Uint8Array(0);

  constructor(input: GzipInput) {
    this.#input = input;
  }

  /** Bytes after the member's end that were already read. */
  get surplus(): Uint8Array {
    return this.#surplus;
  }

  /** Number of compressed bytes that produced the output so far. */
  get consumed(): number {
    return this.#inflater.consumed;
  }

  async next(max: number): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#started) await this.#readHeader();
    this.#started = true;
    for (;;) {
      const bytes = this.#inflater.pull(max);
      if (bytes.length > 0) return this.#account(bytes);
      if (this.#inflater.state === 'corrupt') throw new Defect('SLP710', 'the gzip data is corrupt or truncated');
      if (this.#inflater.state === 'done') {
        if (!this.#ended) await this.#checkTrailer();
        this.#ended = true;
        return bytes;
      }
      if (this.#inflater.state === 'starved') await this.#feed();
    }
  }

  #account(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    this.#crc = crc32(bytes, this.#crc);
    this.#size += bytes.length;
    return bytes;
  }

  async #feed(): Promise<void> {
    const bytes = await this.#input.next(feedBytes);
    if (bytes.length === 0) {
      this.#inflater.finish();
      return;
    }
    this.#inflater.push(bytes);
  }

  async #readHeader(): Promise<void> {
    const header = await this.#input.take(headerBytes);
    const flag = header[3] ?? 0;
    if (
      header.length < headerBytes ||
      header[0] !== 0x1f ||
      header[1] !== 0x8b ||
      header[2] !== 8 ||
      (flag & flags.reserved) !== 0
    ) {
      throw new Defect('SLP710', 'invalid gzip header');
    }
    if (flag & flags.extra) {
      const length = await this.#input.take(2);
      await this.#input.take((length[0] ?? 0) + (length[1] ?? 0) * 256);
    }
    if (flag & flags.name) await this.#skipText();
    if (flag & flags.comment) await this.#skipText();
    if (flag & flags.headerCrc) await this.#input.take(2);
  }

  async #skipText(): Promise<void> {
    for (let length = 0; length < headerTextBytesMax; length++) {
      const byte = await this.#input.take(1);
      if (byte.length === 0 || byte[0] === 0) return;
    }
    throw new Defect('SLP710', 'invalid gzip header');
  }

  async #checkTrailer(): Promise<void> {
    const fetched = this.#inflater.remaining;
    const more = await this.#input.take(Math.max(0, trailerBytes - fetched.length));
    const whole = new Uint8Array(fetched.length + more.length);
    whole.set(fetched);
    whole.set(more, fetched.length);
    if (whole.length < trailerBytes) throw new Defect('SLP710', 'the gzip data is truncated');
    const data = view(whole);
    if (data.getUint32(0, true) !== this.#crc || data.getUint32(4, true) !== this.#size % 2 ** 32) {
      throw new Defect('SLP710', 'the gzip CRC or length does not match');
    }
    this.#surplus = whole.subarray(trailerBytes);
  }
}

/** Throws a Defect (SLP710) if the bytes are not exactly one complete gzip member. */
export class GunzipStream implements ByteStream {
  readonly #reader: SequentialReader;
  readonly #meter: Meter;
  readonly #member: GzipMember;

  constructor(reader: SequentialReader, meter: Meter) {
    this.#reader = reader;
    this.#meter = meter;
    this.#member = new GzipMember(reader);
  }

  /** Number of compressed bytes that produced the output so far. */
  get consumed(): number {
    return this.#member.consumed;
  }

  async next(max: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#member.next(max);
    this.#meter.inflatedBytes += bytes.length;
    if (bytes.length > 0) return bytes;
    const after = this.#member.surplus.length + (await this.#reader.take(1)).length;
    if (after > 0) throw new Defect('SLP710', 'surplus bytes after the gzip data');
    return bytes;
  }
}

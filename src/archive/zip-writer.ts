// Writes a zip in one go, to a sink that takes it in parts. The same files give the same bytes on every machine:
// one date, one mode, fflate's DEFLATE (no platform's zlib). Owns the bytes, not which files go in.
import { deflateSync } from 'fflate';
import type { ByteDigest } from './byte-digest.ts';
import type { ByteSource } from './byte-source.ts';
import { partBytes } from './limits.ts';
import type { Meter } from './meter.ts';
import { centralDirectory, dataDescriptor, localHeader, type WrittenEntry } from './zip-format.ts';

/** Where a zip goes while it is written. */
export interface ZipSink {
  /** In order; every part but the last has exactly `partBytes`. The bytes are the sink's until the promise resolves. */
  write(part: Uint8Array<ArrayBuffer>): Promise<void>;
  /** After the last part: the finished zip. */
  close(): Promise<ByteSource>;
  /** Instead of `close`: what was written is not wanted. */
  abort(): Promise<void>;
}

const encoder = new TextEncoder();
const firstBytes = 64 * 1024;

export class ZipWriter {
  readonly #sink: ZipSink;
  readonly #meter: Meter;
  readonly #digest: ByteDigest | undefined;
  readonly #entries: WrittenEntry[] = [];
  #part: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #offset = 0;

  constructor(sink: ZipSink, meter: Meter, digest?: ByteDigest) {
    this.#sink = sink;
    this.#meter = meter;
    this.#digest = digest;
    this.#part = this.#allocated(firstBytes);
  }

  /** A file that is at hand: compressed where that makes it smaller. */
  async file(path: string, bytes: Uint8Array<ArrayBuffer>, crc: number): Promise<WrittenEntry> {
    const deflated = deflateSync(bytes, { level: 6 });
    const isSmaller = deflated.length < bytes.length;
    const content = isSmaller ? deflated : bytes;
    const entry = this.#begin(path, {
      method: isSmaller ? 'deflated' : 'stored',
      crc32: crc,
      compressedSize: content.length,
      size: bytes.length,
      descriptor: false,
    });
    await this.#write(localHeader(entry));
    await this.#write(content);
    return entry;
  }

  /** A file that goes by: stored, its CRC told behind it. The caller writes all of its content, then calls `end`. */
  async begin(path: string, size: number): Promise<StoredFile> {
    const entry = this.#begin(path, { method: 'stored', crc32: 0, compressedSize: size, size, descriptor: true });
    await this.#write(localHeader(entry));
    return {
      content: (bytes) => this.#write(bytes),
      end: async (crc) => {
        entry.crc32 = crc;
        await this.#write(dataDescriptor(entry));
        return entry;
      },
    };
  }

  #begin(path: string, rest: Omit<WrittenEntry, 'name' | 'headerOffset'>): WrittenEntry {
    const entry = { name: encoder.encode(path), headerOffset: this.#offset, ...rest };
    this.#entries.push(entry);
    return entry;
  }

  /** The finished zip; nothing is written after it. */
  async finish(): Promise<ByteSource> {
    await this.#write(centralDirectory(this.#entries, this.#offset));
    if (this.#filled > 0) await this.#flush();
    this.#meter.release(this.#part.length);
    return await this.#sink.close();
  }

  async abort(): Promise<void> {
    this.#meter.release(this.#part.length);
    await this.#sink.abort();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#offset += bytes.length;
    for (let used = 0; used < bytes.length; ) {
      this.#makeRoom(bytes.length - used);
      const piece = bytes.subarray(used, used + this.#part.length - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.length;
      used += piece.length;
      if (this.#filled === partBytes) await this.#flush();
    }
  }

  /** A small zip never takes a whole part's memory. */
  #makeRoom(bytes: number): void {
    if (this.#filled + bytes <= this.#part.length || this.#part.length === partBytes) return;
    const before = this.#part;
    this.#part = this.#allocated(Math.min(partBytes, Math.max(2 * before.length, this.#filled + bytes)));
    this.#part.set(before);
    this.#meter.release(before.length);
  }

  #allocated(length: number): Uint8Array<ArrayBuffer> {
    this.#meter.hold(length);
    return new Uint8Array(length);
  }

  async #flush(): Promise<void> {
    const part = this.#part.subarray(0, this.#filled);
    await this.#digest?.update(part);
    await this.#sink.write(part);
    this.#filled = 0;
  }
}

export interface StoredFile {
  content(bytes: Uint8Array): Promise<void>;
  end(crc: number): Promise<WrittenEntry>;
}

// Writes a zip in one pass, to a sink that takes it in parts. The same files give the same bytes on every machine, thanks to a fixed
// date and mode and fflate's DEFLATE instead of the platform's zlib. The caller chooses the files.
import { deflateSync } from 'fflate';
import { partBytes } from '../../contract/limits/archives.ts';
import { type ByteDigest, type ByteSource, memorySource } from '../reading/byte-source.ts';
import type { Meter } from '../reading/meter.ts';
import { centralDirectory, dataDescriptor, localHeader, type WrittenEntry } from './zip-format.ts';

/** Receives a zip while it is written. */
export interface ZipSink {
  /** Takes parts in order, all but the last of exactly `partBytes`. The sink owns the bytes until the promise resolves. */
  write(part: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Returns the finished zip. Called after the last part. */
  close(): Promise<ByteSource>;
  /** Discards the parts written so far. Called instead of `close`. */
  abort(): Promise<void>;
}

/** Collects a zip in memory. Each runtime provides the sinks that write to R2 or a file. */
export function memorySink(): ZipSink {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (part) => {
      parts.push(part.slice());
    },
    close: async () => memorySource(concatenated(parts)),
    abort: async () => {
      parts.length = 0;
    },
  };
}

/** Buffers a one-part zip in memory. Creates the actual sink when a second part arrives. */
export function lazySink(newSink: () => ZipSink, meter: Meter): ZipSink {
  let first: Uint8Array<ArrayBuffer> | undefined;
  let sink: ZipSink | undefined;
  const release = () => {
    meter.release(first?.length ?? 0);
    first = undefined;
  };
  return {
    write: async (part) => {
      if (sink) return await sink.write(part);
      if (first === undefined) {
        first = part.slice();
        meter.hold(first.length);
        return;
      }
      sink = newSink();
      await sink.write(first);
      release();
      await sink.write(part);
    },
    close: async () => (sink ? await sink.close() : memorySource(first ?? new Uint8Array(0))),
    abort: async () => {
      release();
      await sink?.abort();
    },
  };
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  for (const [index, part] of parts.entries()) whole.set(part, index * partBytes);
  return whole;
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

  /** Adds a file from memory, compressed if that makes it smaller. */
  async addFile(path: string, bytes: Uint8Array<ArrayBuffer>, crc: number): Promise<WrittenEntry> {
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

  /** Begins a streamed file: stored, with its CRC in a data descriptor. The caller writes all of its content, then calls `end`. */
  async beginStored(path: string, size: number): Promise<StoredFile> {
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

  /** Finishes and returns the zip. Write nothing after this call. */
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

  /** Grows the buffer as needed, so that a small zip doesn't take the memory of a whole part. */
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

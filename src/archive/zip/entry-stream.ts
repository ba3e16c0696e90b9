// Streams the content of one zip entry, stored or deflated, never more than requested. Reports truncated, corrupt and surplus data
// (SLP704).
import { Inflater } from '../compression/inflate.ts';
import type { Meter } from '../reading/meter.ts';
import type { ByteStream } from '../reading/sequential-reader.ts';
import type { Method } from './zip-format.ts';

const feedBytes = 64 * 1024;
const nothing = new Uint8Array(0);

export interface EntryStream extends ByteStream {
  /** Returns what is wrong with the entry, if anything. Call it after the last byte. */
  problem(): string | undefined;
}

/** `inflater` is one that nothing else uses meanwhile, to read many small entries without making one for each. */
export function entryStream(
  from: ByteStream,
  { method, compressedSize }: { method: Method; compressedSize: number },
  meter: Meter,
  inflater?: Inflater,
): EntryStream {
  if (method === 'stored') return new StoredStream(from, compressedSize);
  inflater?.restart();
  return new DeflatedStream(from, compressedSize, meter, inflater);
}

class StoredStream implements EntryStream {
  readonly #from: ByteStream;
  #left: number;

  constructor(from: ByteStream, size: number) {
    this.#from = from;
    this.#left = size;
  }

  async next(max: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#left === 0) return nothing;
    const bytes = await this.#from.next(Math.min(max, this.#left));
    this.#left -= bytes.length;
    return bytes;
  }

  problem(): string | undefined {
    return this.#left > 0 ? `${this.#left} surplus bytes` : undefined;
  }
}

class DeflatedStream implements EntryStream {
  readonly #from: ByteStream;
  readonly #meter: Meter;
  readonly #inflater: Inflater;
  #left: number;

  constructor(from: ByteStream, compressedSize: number, meter: Meter, inflater = new Inflater()) {
    this.#from = from;
    this.#inflater = inflater;
    this.#left = compressedSize;
    this.#meter = meter;
  }

  async next(max: number): Promise<Uint8Array<ArrayBuffer>> {
    for (;;) {
      const bytes = this.#inflater.pull(max);
      if (bytes.length > 0 || this.#inflater.state === 'done' || this.#inflater.state === 'corrupt') {
        this.#meter.inflatedBytes += bytes.length;
        return bytes;
      }
      if (this.#inflater.state === 'starved') await this.#feed();
    }
  }

  async #feed(): Promise<void> {
    const bytes = this.#left > 0 ? await this.#from.next(Math.min(feedBytes, this.#left)) : undefined;
    if (bytes === undefined || bytes.length === 0) {
      this.#inflater.finish();
      return;
    }
    this.#left -= bytes.length;
    this.#inflater.push(bytes);
  }

  problem(): string | undefined {
    if (this.#inflater.state === 'corrupt') return 'its compressed data is corrupt or truncated';
    if (this.#inflater.state !== 'done') return 'inflates to more than its declared size';
    const surplus = this.#left + this.#inflater.unused;
    return surplus > 0 ? `${surplus} surplus bytes after its compressed data` : undefined;
  }
}

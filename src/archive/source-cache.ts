// Sources that were read while an archive was opened, kept up to a limit so that scanning needn't read them again.
import { keptBytesMax } from './limits.ts';
import type { Meter } from './meter.ts';

export class KeptFiles {
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #meter: Meter;
  #bytes = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  get(path: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#files.get(path);
  }

  /** Keeps what is wanted while there is room; the rest is let go. */
  offer(path: string, bytes: Uint8Array<ArrayBuffer>, isWanted: boolean): void {
    if (!isWanted || this.#bytes + bytes.length > keptBytesMax) {
      this.#meter.release(bytes.length);
      return;
    }
    this.#bytes += bytes.length;
    this.#files.set(path, bytes);
  }
}

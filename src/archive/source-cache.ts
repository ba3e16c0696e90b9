// Caches sources read while an archive is opened, up to a limit, so that the scan doesn't inflate them again.
import { cachedSourceBytesMax } from '../contract/limits/archives.ts';
import type { Meter } from './meter.ts';

export class SourceCache {
  readonly #files = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #meter: Meter;
  #bytes = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  get(path: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#files.get(path);
  }

  /** Caches a source while there is room. Anything else is released. */
  add(path: string, bytes: Uint8Array<ArrayBuffer>, isSource: boolean): void {
    if (!isSource || this.#bytes + bytes.length > cachedSourceBytesMax) {
      this.#meter.release(bytes.length);
      return;
    }
    this.#bytes += bytes.length;
    this.#files.set(path, bytes);
  }
}

// Collects an archive's contents while the archive is read, in any format.
import type { Finding } from '../../contract/findings/finding.ts';
import { cachedSourceBytesMax } from '../../contract/limits/archives.ts';
import { Defect } from '../reading/defect.ts';
import type { Meter } from '../reading/meter.ts';
import type { IndexEntry } from './stored-index.ts';

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

  /** Caches a source if there is memory left. Releases all other content. */
  add(path: string, bytes: Uint8Array<ArrayBuffer>, isSource: boolean): void {
    if (!isSource || this.#bytes + bytes.length > cachedSourceBytesMax) {
      this.#meter.release(bytes.length);
      return;
    }
    this.#bytes += bytes.length;
    this.#files.set(path, bytes);
  }
}

export interface ArchiveContents {
  findings: Finding[];
  /** The stripped top-level folder with its slash, or ''. */
  top: string;
  files: IndexEntry[];
  /** Keyed by path, including the top-level folder. */
  sources: SourceCache;
}

export function emptyContents(meter: Meter): ArchiveContents {
  return { findings: [], top: '', files: [], sources: new SourceCache(meter) };
}

/** Returns the result of `read`. If it throws a Defect, records its finding and returns undefined. */
export async function catchDefect<T>({ findings }: ArchiveContents, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof Defect)) throw cause;
    findings.push(cause.finding);
    return undefined;
  }
}

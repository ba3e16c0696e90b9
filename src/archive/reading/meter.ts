// A meter counts what opening an archive costs: bytes inflated, bytes of memory held, bytes read. Tests and reports use it; no decision
// depends on it.
import type { ByteSource } from './byte-source.ts';

export class Meter {
  /** Bytes of inflated output. */
  inflatedBytes = 0;
  heldBytes = 0;
  heldPeakBytes = 0;

  hold(bytes: number): void {
    this.heldBytes += bytes;
    this.heldPeakBytes = Math.max(this.heldPeakBytes, this.heldBytes);
  }

  release(bytes: number): void {
    this.heldBytes -= bytes;
  }
}

export interface CountedSource extends ByteSource {
  readonly readBytes: number;
  readonly reads: number;
}

export function countedSource(source: ByteSource): CountedSource {
  let readBytes = 0;
  let reads = 0;
  return {
    size: source.size,
    read: async (offset, length) => {
      reads += 1;
      readBytes += length;
      return await source.read(offset, length);
    },
    get readBytes() {
      return readBytes;
    },
    get reads() {
      return reads;
    },
  };
}

// Reads files of the disk, as little of them as is needed.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import type { ByteSource } from '../../archive/byte-source.ts';

/** A whole file; of one that is longer than `max`, one byte more than that. */
export function readUpTo(location: string, max: number): Uint8Array<ArrayBuffer> {
  return statSync(location).size > max ? readPart(location, 0, max + 1) : readFileSync(location);
}

/** Up to `max` bytes from `offset` on; fewer only where the file ends. */
export function readPart(location: string, offset: number, max: number): Uint8Array<ArrayBuffer> {
  const file = openSync(location, 'r');
  try {
    const bytes = new Uint8Array(max);
    let filled = 0;
    while (filled < max) {
      const read = readSync(file, bytes, filled, max - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

/** An archive on disk, opened anew for each read: nothing has to be closed. */
export function fileSource(location: string, size: number): ByteSource {
  return {
    size,
    read: async (offset, length) => {
      const bytes = readPart(location, offset, length);
      if (bytes.length < length) throw new RangeError(`${location} became shorter while it was read`);
      return bytes;
    },
  };
}

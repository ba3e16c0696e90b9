// Reads only the parts of a file that are needed.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import type { ByteSource } from '../../archive/reading/byte-source.ts';

/** Reads a whole file, or `max` + 1 bytes if the file is longer than `max`. */
export function readUpTo(location: string, max: number): Uint8Array<ArrayBuffer> {
  return statSync(location).size > max ? readPart(location, 0, max + 1) : readFileSync(location);
}

/** Reads `max` bytes from `offset`; fewer only at the end of the file. */
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

/** Returns an archive on disk as a source. Each read opens the file, so there's nothing to close. */
export function fileSource(location: string, size: number): ByteSource {
  return {
    size,
    read: async (offset, length) => {
      const bytes = readPart(location, offset, length);
      if (bytes.length < length) throw new RangeError(`${location} was truncated during the read`);
      return bytes;
    },
  };
}

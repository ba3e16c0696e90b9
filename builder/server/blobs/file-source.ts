// Reads ranges of a file as a ByteSource.
import { open } from 'node:fs/promises';
import type { ByteSource } from '../../../src/archive/byte-source.ts';

export type FileSource = ByteSource & { close(): Promise<void> };

export async function fileSource(path: string): Promise<FileSource> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    size,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > size) {
        throw new RangeError(`Bytes ${offset} to ${offset + length} are outside of a file of ${size} bytes`);
      }
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0) throw new RangeError(`The file ended at byte ${offset + at} of ${size}`);
        at += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}

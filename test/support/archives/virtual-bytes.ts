// Provides byte sources of any size that take up no memory, because each byte is computed when it is read.
import { crc32 } from '../../../src/archive/compression/crc32.ts';
import type { ByteSource } from '../../../src/archive/reading/byte-source.ts';
import { joined, littleEndian, noise } from '../bytes.ts';

/** Bytes, or a number of incompressible bytes to generate. */
export type Segment = Uint8Array | number;

const pattern = noise(1024 * 1024, 7);

export function segmentsSource(segments: readonly Segment[]): ByteSource {
  const sizes = segments.map((segment) => (typeof segment === 'number' ? segment : segment.length));
  const size = sizes.reduce((sum, length) => sum + length, 0);
  return {
    size,
    read: async (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > size)
        throw new RangeError(`bytes ${offset} to ${offset + length} of ${size}`);
      const bytes = new Uint8Array(length);
      let start = 0;
      for (const [index, segment] of segments.entries()) {
        const end = start + (sizes[index] ?? 0);
        const from = Math.max(start, offset);
        const to = Math.min(end, offset + length);
        if (from < to) copySegment(segment, from - start, bytes.subarray(from - offset, to - offset));
        start = end;
      }
      return bytes;
    },
  };
}

function copySegment(segment: Segment, offset: number, target: Uint8Array): void {
  if (typeof segment !== 'number') {
    target.set(segment.subarray(offset, offset + target.length));
    return;
  }
  for (let filled = 0; filled < target.length; ) {
    const at = (offset + filled) % pattern.length;
    const piece = pattern.subarray(at, at + target.length - filled);
    target.set(piece, filled);
    filled += piece.length;
  }
}

const blockBytes = 0xffff;
const blockHeaderBytes = 5;

/**
 * Returns a source that is a gzip of the content in stored blocks. It is about as large as the content, and computed when it is read.
 */
export async function storedGzip(content: ByteSource): Promise<ByteSource> {
  const blocks = Math.max(1, Math.ceil(content.size / blockBytes));
  const packedSize = content.size + blocks * blockHeaderBytes;
  const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
  const trailer = littleEndian([4, await crcOf(content)], [4, content.size % 2 ** 32]);
  const size = header.length + packedSize + trailer.length;
  const part = async (index: number): Promise<Uint8Array> => {
    if (index < 0) return header;
    if (index >= blocks) return trailer;
    const start = index * blockBytes;
    const length = Math.min(blockBytes, content.size - start);
    const isLast = index === blocks - 1;
    return joined([
      littleEndian([1, isLast ? 1 : 0], [2, length], [2, length ^ 0xffff]),
      await content.read(start, length),
    ]);
  };
  return {
    size,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length; ) {
        const at = offset + filled - header.length;
        const index = at < 0 ? -1 : at >= packedSize ? blocks : Math.floor(at / (blockBytes + blockHeaderBytes));
        const start =
          index < 0 ? -header.length : index === blocks ? packedSize : index * (blockBytes + blockHeaderBytes);
        const piece = (await part(index)).subarray(at - start, at - start + length - filled);
        if (piece.length === 0) throw new RangeError(`bytes ${offset} to ${offset + length} of ${size}`);
        bytes.set(piece, filled);
        filled += piece.length;
      }
      return bytes;
    },
  };
}

async function crcOf(content: ByteSource): Promise<number> {
  let crc = 0;
  for (let offset = 0; offset < content.size; offset += pattern.length) {
    crc = crc32(await content.read(offset, Math.min(pattern.length, content.size - offset)), crc);
  }
  return crc;
}

// Opens archives in tests, both in Node and in workerd.
import { type OpenedArchive, type OpenOptions, openArchive } from '../../../src/archive/open.ts';
import type { ByteDigest, ByteSource } from '../../../src/archive/reading/byte-source.ts';
import { sha256Hex } from '../../../src/core/digest.ts';
import { joined } from '../bytes.ts';

export function openTestArchive(source: ByteSource, options: Partial<OpenOptions> = {}): Promise<OpenedArchive> {
  return openArchive(source, { newDigest: bufferedDigest, ...options });
}

/** Hashes with WebCrypto, which both runtimes have. It holds all bytes in memory, which is acceptable in tests. */
function bufferedDigest(): ByteDigest {
  const pieces: Uint8Array[] = [];
  return {
    update: async (bytes) => void pieces.push(bytes.slice()),
    end: () => sha256Hex(joined(pieces)),
  };
}

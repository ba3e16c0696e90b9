// Computes SHA-256 with node:crypto, for archives that are opened in Node.
import { createHash } from 'node:crypto';
import type { ByteDigest } from '../../../src/archive/reading/byte-source.ts';

export function nodeDigest(): ByteDigest {
  const hash = createHash('sha256');
  return { update: async (bytes) => void hash.update(bytes), end: async () => hash.digest('hex') };
}

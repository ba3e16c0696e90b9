// Tests finishModule: which compiled modules an isolate accepts, and why it rejects others.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { finish, MiB, moduleOf, noise } from './wasm-modules.ts';

test('a module is written with its memory maximum, and its compressed size is returned', async () => {
  const finished = await finish(moduleOf(300, noise(MiB)));
  if ('reason' in finished) throw new Error(finished.reason);
  expect([...readFileSync(finished.path).subarray(8, 16)]).toEqual([5, 6, 1, 0x01, 0xac, 0x02, 0x80, 0x0c]);
  expect(finished.compressedBytes).toBeGreaterThan(MiB);
});

// Tests that a copy to the local store lets other requests run, and leaves the content unchanged, and that reading content takes turns.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { windowBytes } from '../../../src/contract/limits/archives.ts';
import { contentPace } from '../../../src/registry/storage/r2-archive.ts';
import { storable } from '../../../src/registry/storage/turns.ts';

const piece = new Uint8Array(64 * 1024).fill(7);

/** Returns a body that never waits, like a file on disk. */
function bodyOf(pieces: number): ReadableStream<Uint8Array> {
  let left = pieces;
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (left-- > 0) controller.enqueue(piece.slice());
      else controller.close();
    },
  });
}

test('a timer fires before the end of a copy that never waits', async () => {
  const ended: string[] = [];
  const pieces = 256;
  const copy = new Response(storable({ local: true }, bodyOf(pieces), pieces * piece.length)).arrayBuffer();
  const timer = scheduler.wait(0).then(() => ended.push('timer'));
  const copied = copy.then((bytes) => {
    ended.push('copy');
    return bytes.byteLength;
  });
  expect(await copied).toBe(pieces * piece.length);
  await timer;
  expect(ended).toEqual(['timer', 'copy']);
});

test('a body whose size differs from the announced size is not stored', async () => {
  const put = env.ARCHIVES.put('turns/short', storable({ local: true }, bodyOf(1), piece.length + 1));
  await expect(put).rejects.toThrow();
  expect(await env.ARCHIVES.head('turns/short')).toBeNull();
});

test('a body for a store that waits on its own has a length and no pauses', async () => {
  const put = env.ARCHIVES.put('turns/remote', storable({ local: false }, bodyOf(3), 3 * piece.length));
  expect(await put).toMatchObject({ size: 3 * piece.length });
});

test('content that comes in small pieces may be stopped, or keeps its lease, once for each window of bytes', async () => {
  let checks = 0;
  const pace = contentPace({ bytesRead: 0, checkpoint: async () => void checks++ });
  for (let bytes = 0; bytes < 3 * windowBytes; bytes += piece.length) await pace(piece.length);
  expect(checks).toBe(3);
});

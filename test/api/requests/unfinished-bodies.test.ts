// Tests bodies that never end. An isolate's 128 MB serve the requests of all its organizations.
import { afterEach, expect, test, vi } from 'vitest';
import { bodyRoom } from '../../../src/registry/storage/archive-place.ts';
import { answerOf, bodyBytes, chunkBytes, isolate, pass, post, seconds, unfinishedBody } from './unfinished.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a body whose connection is cut releases its memory immediately', async () => {
  const scene = await isolate();
  const first = unfinishedBody();
  const cut = post(scene, scene.first, first.body, bodyBytes);
  await pass(1 * seconds);
  const other = unfinishedBody();
  const waiting = post(scene, scene.first, other.body, bodyBytes);
  await pass(1 * seconds);
  expect(other.state.readBytes).toBe(0);
  first.cut();
  await answerOf(cut);
  await pass(0.2 * seconds);
  expect(other.state.readBytes).toBe(bodyBytes - chunkBytes);
  other.finish();
  expect(await answerOf(waiting)).toEqual(expect.objectContaining({ status: 422 }));
  expect(bodyRoom.taken).toBe(0);
});

test("a body whose connection is cut is the caller's error, not the server's", async () => {
  const scene = await isolate();
  for (const bytes of [bodyBytes, undefined]) {
    const { body, cut } = unfinishedBody();
    const answer = post(scene, scene.first, body, bytes);
    cut();
    expect(await answerOf(answer)).toMatchObject({
      status: 422,
      error: { message: 'The connection ended before the whole body arrived' },
    });
  }
});

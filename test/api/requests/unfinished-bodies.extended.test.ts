// Tests floods of bodies that never end, and how long other bodies wait for memory meanwhile.
import { afterEach, expect, test, vi } from 'vitest';
import { bodyLimits, isolateMemory } from '../../../src/contract/limits/requests.ts';
import { bodyRoom } from '../../../src/registry/storage/archive-place.ts';
import { answerOf, bodyBytes, chunkBytes, isolate, pass, post, seconds, unfinishedBody } from './unfinished.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** The plugin does not exist, which the response reports once the body is read. */
const read = expect.objectContaining({ status: 404 });

const slow = expect.objectContaining({ status: 408, retryAfter: null });

const full = {
  status: 503,
  retryAfter: String(bodyLimits.retryAfterSeconds),
  error: {
    type: 'ServiceUnavailableError',
    message: 'Requests with large bodies, or for logs, hold all the available memory',
    details: { retry_after_seconds: bodyLimits.retryAfterSeconds },
    hint: expect.stringContaining('Nothing was done.'),
  },
};

test("160 bodies of 8 MB that never end stay within an isolate's memory budget", async () => {
  const scene = await isolate();
  const bodies = Array.from({ length: 160 }, unfinishedBody);
  const answers = bodies.map(({ body }) => post(scene, scene.first, body, bodyBytes));
  await pass(2 * seconds);
  const heldBytes = bodies.reduce((sum, { state }) => sum + state.readBytes, 0);
  expect(heldBytes).toBeGreaterThan(0);
  expect(heldBytes * bodyLimits.bodyTimes).toBeLessThanOrEqual(isolateMemory.bodies.size);
  expect(await answerOf(post(scene, scene.first, '{}', 2))).toEqual(read);
  expect(await answerOf(post(scene, scene.second, '{}', 2))).toEqual(read);
  for (const { cut } of bodies) cut();
  await Promise.all(answers.map(answerOf));
  expect(bodyRoom.taken).toBe(0);
});

test('a body that gets no memory within 10 s returns an error that asks for a retry', async () => {
  const scene = await isolate();
  const slowOnes = Array.from({ length: 5 }, unfinishedBody);
  const answers = slowOnes.map(({ body }) => post(scene, scene.first, body, bodyBytes));
  await pass(16 * seconds);
  for (const { cut } of slowOnes) cut();
  expect(await Promise.all(answers.map(answerOf))).toEqual([slow, slow, full, full, full]);
  expect(slowOnes.slice(2).map(({ state }) => state.readBytes)).not.toContain(bodyBytes);
});

test("an organization's unfinished bodies delay another organization's body by 5 s", async () => {
  const scene = await isolate();
  const slowOnes = Array.from({ length: 40 }, unfinishedBody);
  const answers = slowOnes.map(({ body }) => post(scene, scene.first, body, bodyBytes));
  await pass(0.5 * seconds);
  const other = unfinishedBody();
  const waiting = post(scene, scene.second, other.body, bodyBytes);
  await pass(5.5 * seconds);
  expect(other.state.readBytes).toBe(bodyBytes - chunkBytes);
  other.finish();
  expect(await answerOf(waiting)).toEqual(expect.objectContaining({ status: 422 }));
  for (const { cut } of slowOnes) cut();
  await Promise.all(answers.map(answerOf));
});

test('bodies without a length reserve little memory until they grow, and then wait for memory like all others', async () => {
  const scene = await isolate();
  const first = unfinishedBody();
  const reading = post(scene, scene.first, first.body, bodyBytes);
  await pass(1 * seconds);
  const chunked = unfinishedBody();
  const waiting = post(scene, scene.second, chunked.body);
  const small = post(scene, scene.second, new Blob(['{}']).stream());
  expect(await answerOf(small)).toEqual(read);
  expect(chunked.state.readBytes).toBe(chunkBytes);
  first.cut();
  await answerOf(reading);
  await pass(0.3 * seconds);
  expect(chunked.state.readBytes).toBe(bodyBytes - chunkBytes);
  chunked.finish();
  expect(await answerOf(waiting)).toEqual(expect.objectContaining({ status: 422 }));
  expect(bodyRoom.taken).toBe(0);
});

test("a body of many small values takes no more memory than one long text, because it isn't parsed", async () => {
  const scene = await isolate();
  const unfinished = unfinishedBody();
  const reading = post(scene, scene.first, unfinished.body, bodyBytes / 2);
  await pass(0.5 * seconds);
  const list = (value: string, count: number) => `{"inputs":{"list":[${Array(count).fill(value).join()}]}}`;
  const objects = list('{}', 600_000);
  const text = list(`"${'x'.repeat(objects.length)}"`, 1);
  expect(await answerOf(post(scene, scene.second, objects, objects.length))).toEqual(read);
  expect(await answerOf(post(scene, scene.second, text, text.length))).toEqual(read);
  unfinished.cut();
  await answerOf(reading);
});

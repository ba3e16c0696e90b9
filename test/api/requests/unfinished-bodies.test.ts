// Tests bodies that never end. An isolate's 128 MB serve the requests of all its organizations.
import { afterEach, expect, test, vi } from 'vitest';
import { bodyLimits, isolateMemory } from '../../../src/contract/limits/requests.ts';
import { bodyRoom } from '../../../src/registry/storage/archive-place.ts';
import { testApp } from '../../support/deps.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

const MB = 1_000_000;
const seconds = 1000;
const chunkBytes = 1 * MB;
const bodyBytes = 8 * MB;

afterEach(() => {
  vi.useRealTimers();
});

async function isolate() {
  const app = testApp();
  const first = await organization({ fetch: app.fetch });
  const second = await organization({ fetch: app.fetch });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  return { app, first, second };
}

/** Returns an 8 MB body whose last piece never arrives. The other pieces arrive as fast as they're read. */
function unfinishedBody() {
  const state = { readBytes: 0 };
  const rest = Promise.withResolvers<'sent' | 'cut'>();
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const isLast = state.readBytes === bodyBytes - chunkBytes;
        if (isLast && (await rest.promise) === 'cut') return controller.error(new Error('the connection was cut'));
        state.readBytes += chunkBytes;
        controller.enqueue(new Uint8Array(chunkBytes).fill(32));
        if (isLast) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { body, state, finish: () => rest.resolve('sent'), cut: () => rest.resolve('cut') };
}

interface Answer {
  status: number;
  retryAfter: string | null;
  error: unknown;
}

async function post(
  { app }: Awaited<ReturnType<typeof isolate>>,
  org: Organization,
  body: ReadableStream<Uint8Array> | string,
  bytes?: number,
): Promise<Answer> {
  const request = new Request(`http://slipway.test${org.plugins}/nothing_1_0_0/realtime/test`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${org.key}`,
      ...(bytes === undefined ? {} : { 'content-length': String(bytes) }),
    },
    body,
  });
  const response = await app.fetch(request);
  const answer: unknown = await response.json();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), error: Object(answer).error };
}

/** Advances the clock and lets pending work continue, including database reads, which take real time. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await vi.advanceTimersByTimeAsync(100);
    await scheduler.wait(1);
  }
}

/** Returns the response, however long it takes to arrive. */
async function answerOf(answer: Promise<Answer>): Promise<Answer> {
  let isAnswered = false;
  void answer.finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) await pass(100);
  return answer;
}

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

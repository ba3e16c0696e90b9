// Tests large forms that arrive slowly while other forms wait for memory.
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Deps } from '../../../src/deps.ts';
import { testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const MB = 1_000_000;
const seconds = 1000;
const boundary = 'form-boundary';
const encoder = new TextEncoder();
const field = (key: string, value: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`;
const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="plugin.zip"\r\n\r\n`;
const tail = encoder.encode(`\r\n--${boundary}--\r\n`);

/** Returns a form whose bytes arrive when the test sends them. Two such forms don't fit in memory together. */
function largeForm(name: string) {
  const head = encoder.encode(field('name', name) + field('version', '1.0.0') + file);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const fileBytes = 20 * MB;
  const state = { hasBegun: false };
  let sent = 0;
  const send = async (bytes: number) => {
    sent += bytes;
    await writer.write(new Uint8Array(bytes));
  };
  const rest = async () => {
    await send(fileBytes - sent);
    await writer.write(tail);
    await writer.close();
  };
  void writer.write(head).then(() => {
    state.hasBegun = true;
  });
  return { body: readable, length: head.length + fileBytes + tail.length, state, send, rest };
}

type Form = ReturnType<typeof largeForm>;

interface Answer {
  status: number;
  error: unknown;
}

/** Returns an isolate to upload to. Counts responses in `answered`, which shows the uploads that still wait. */
async function uploads(replaced: Partial<Deps> = {}) {
  const app = testApp({ queues: losingQueues().queues, ...replaced });
  const org = await organization({ fetch: app.fetch });
  const neighbor = await organization({ fetch: app.fetch });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  const state = { answered: 0 };
  const post = async ({ body, length }: Form, key?: string, sender = org): Promise<Answer> => {
    const request = new Request(`http://slipway.test${sender.plugins}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sender.key}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': String(length),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      body,
    });
    const response = await app.fetch(request);
    const answer: unknown = await response.json();
    state.answered += 1;
    return { status: response.status, error: Object(answer).error };
  };
  return { state, post, neighbor };
}

/** Advances the clock and lets pending work continue, including database reads, which take real time. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await vi.advanceTimersByTimeAsync(100);
    await scheduler.wait(1);
  }
}

/** Returns an upload's response, however long its remaining work takes. */
async function answerOf(upload: Promise<Answer>): Promise<Answer> {
  let isAnswered = false;
  void upload.finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) await pass(0.1 * seconds);
  return upload;
}

const tooSlow = {
  status: 408,
  error: {
    message: 'The body arrived slower than 1 MB a second while others were waiting for its memory',
    type: 'RequestTimeoutError',
    details: null,
    hint: 'Send the request again. For an archive, use the presigned upload, which may take an hour.',
  },
};

/** The forms have no valid names, which the response reports once they're read. */
const read = expect.objectContaining({ status: 422 });

afterEach(() => {
  vi.useRealTimers();
});

describe('slow forms', () => {
  test.each([
    ['with an Idempotency-Key', 'slow'],
    ['without one', undefined],
  ])(
    'a stalled large form, %s, is ended after 5 s when another form waits, and the other form is read',
    async (_what, key) => {
      const { post, state } = await uploads();
      const slow = largeForm('the slow form');
      const stopped = post(slow, key);
      await slow.send(6 * MB);
      const other = largeForm('the other form');
      const waiting = post(other);
      await pass(4.9 * seconds);
      expect([state.answered, other.state.hasBegun]).toEqual([0, false]);
      await pass(0.5 * seconds);
      expect(await answerOf(stopped)).toEqual(tooSlow);
      await pass(0.1 * seconds);
      await other.rest();
      expect(await answerOf(waiting)).toEqual(read);
    },
  );

  test('a large form that arrives byte by byte is ended when another form waits', async () => {
    const { post } = await uploads();
    const slow = largeForm('the slow form');
    const dripping = post(slow);
    const other = largeForm('the other form');
    const waiting = post(other);
    for (let sent = 0; sent < 53; sent += 1) {
      slow.send(1).catch(() => {});
      await pass(0.1 * seconds);
    }
    expect(await answerOf(dripping)).toEqual(tooSlow);
    await pass(0.1 * seconds);
    await other.rest();
    expect(await answerOf(waiting)).toEqual(read);
  });

  test('a form announced as too large does not wait for memory', async () => {
    const { post } = await uploads();
    const slow = largeForm('the slow form');
    const stopped = post(slow);
    await pass(0.1 * seconds);
    const other = { ...largeForm('the other form'), length: 40 * MB };
    expect(await answerOf(post(other))).toEqual(expect.objectContaining({ status: 413 }));
    await slow.rest();
    expect(await answerOf(stopped)).toEqual(read);
  });

  test('a stalled large form is kept when no other form waits', { tags: 'long' }, async () => {
    const { post } = await uploads();
    const slow = largeForm('the slow form');
    const stopped = post(slow);
    await slow.send(1 * MB);
    await pass(120 * seconds);
    await slow.rest();
    expect(await answerOf(stopped)).toEqual(read);
  });

  test('a large form that delivers 5 MB every 5 s is read even when another form waits', { tags: 'long' }, async () => {
    const { post } = await uploads();
    const steady = largeForm('the steady form');
    const coming = post(steady);
    const other = largeForm('the other form');
    const waiting = post(other);
    for (let sent = 0; sent < 15; sent += 5) {
      await pass(4.5 * seconds);
      await steady.send(5 * MB);
    }
    await pass(4.5 * seconds);
    await steady.rest();
    expect(await answerOf(coming)).toEqual(read);
    await pass(0.1 * seconds);
    await other.rest();
    expect(await answerOf(waiting)).toEqual(read);
  });
});

test("five stalled large forms delay another organization's form by 5 s", {
  tags: 'long',
}, async () => {
  const { post, neighbor } = await uploads();
  const stopped = Array.from({ length: 5 }, () => largeForm('a form that stops'));
  const answers = stopped.map((form) => post(form));
  await pass(0.1 * seconds);
  const other = largeForm('the other form');
  const waiting = post(other, undefined, neighbor);
  await pass(5.5 * seconds);
  expect(other.state.hasBegun).toBe(true);
  expect(stopped.map(({ state }) => state.hasBegun)).toEqual([true, false, false, false, false]);
  await other.rest();
  expect(await answerOf(waiting)).toEqual(read);
  for (const form of stopped) form.rest().catch(() => {});
  await Promise.all(answers.map(answerOf));
});

test('a large form keeps its memory until its response is sent', { tags: 'long' }, async () => {
  const stored = Promise.withResolvers<void>();
  const blobs = new Proxy(env.ARCHIVES, {
    get:
      (bucket, name) =>
      async (...args: unknown[]) => {
        if (name === 'put') await stored.promise;
        return Reflect.apply(Reflect.get(bucket, name), bucket, args);
      },
  });
  const { post } = await uploads({ blobs });
  const first = largeForm('first_form');
  const answered = post(first);
  await first.rest();
  const other = largeForm('the other form');
  const waiting = post(other);
  await pass(15 * seconds);
  expect(other.state.hasBegun).toBe(false);
  stored.resolve();
  await answerOf(answered);
  await pass(0.1 * seconds);
  await other.rest();
  expect(await answerOf(waiting)).toEqual(read);
});

// Bodies that never end, and an isolate that reads them.
import { vi } from 'vitest';
import { testApp } from '../../support/deps.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

const MB = 1_000_000;

export const seconds = 1000;

export const chunkBytes = 1 * MB;

export const bodyBytes = 8 * MB;

export async function isolate() {
  const app = testApp();
  const first = await organization({ fetch: app.fetch });
  const second = await organization({ fetch: app.fetch });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
  return { app, first, second };
}

/** Returns an 8 MB body whose last piece never arrives. The other pieces arrive as fast as they're read. */
export function unfinishedBody() {
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

export async function post(
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
export async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await vi.advanceTimersByTimeAsync(100);
    await scheduler.wait(1);
  }
}

/** Returns the response, however long it takes to arrive. */
export async function answerOf(answer: Promise<Answer>): Promise<Answer> {
  let isAnswered = false;
  void answer.finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) await pass(100);
  return answer;
}

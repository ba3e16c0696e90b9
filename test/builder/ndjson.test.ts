// Tests event streams of builds, installations and starts, and the empty lines that keep them open.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ndjsonResponse } from '../../builder/server/http/ndjson.ts';
import { builderRequests } from '../../src/contract/limits/builder.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function* eventsUntil(end: Promise<void>) {
  yield { type: 'step' };
  await end;
  yield { type: 'built' };
}

test('a silent event stream sends an empty line every 15 s, and none after its end', async () => {
  const build = Promise.withResolvers<void>();
  const text = ndjsonResponse(eventsUntil(build.promise)).text();
  await vi.advanceTimersByTimeAsync(2 * builderRequests.heartbeatMs);
  build.resolve();
  expect(await text).toBe('{"type":"step"}\n\n\n{"type":"built"}\n');
  expect(vi.getTimerCount()).toBe(0);
});

test('an event stream whose work fails sends no empty lines after its end', async () => {
  const build = Promise.withResolvers<void>();
  const text = ndjsonResponse(eventsUntil(build.promise)).text();
  const failed = expect(text).rejects.toThrow('the builder failed');
  build.reject(new Error('the builder failed'));
  await failed;
  expect(vi.getTimerCount()).toBe(0);
});

test('an event stream whose reader disconnects sends no more empty lines', async () => {
  const body = ndjsonResponse(eventsUntil(Promise.resolve())).body;
  await body?.cancel();
  expect(vi.getTimerCount()).toBe(0);
});

// Tests how long callers wait for a start.
import { expect, test } from 'vitest';
import { answered, call, sleeping } from './starting.ts';

test.each([0, 20])(
  'a caller that waits %s ms gets 503, and the start continues for the next call',
  async (startWaitMs) => {
    const { s, seen, builder, begin } = await sleeping();
    const problem = await call(s, builder, { startWaitMs }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: 'plugin-starting', status: 503, retryAfterSeconds: 5 });
    expect(seen).toMatchObject({ starts: 1, calls: 0 });
    begin();
    await expect.poll(() => seen.isUp).toBe(true);
    expect((await call(s, builder, { startWaitMs })).answer).toEqual(answered);
  },
);

test('a caller with a time limit for the whole call gets its answer when that time is up', async () => {
  const { s, builder, begin } = await sleeping();
  const deadline = { timeoutMs: 20, at: s.clock.now() + 20 };
  expect((await call(s, builder, { deadline })).answer).toMatchObject({ error: { type: 'CallTimeout' } });
  begin();
});

// Tests that the object of a limit stores something only while the limit is used.
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { limitSharing } from '../../../src/contract/limits/serving.ts';

const minuteMs = 60_000;

/** Counts a call that began so long ago, runs the alarm, and returns what is stored then. */
async function storedAfter(agoMs: number) {
  const object = env.CALL_LIMITS.getByName(crypto.randomUUID());
  const limit = { perMinute: 10, atOnce: null };
  await object.share({ isolate: 'one', number: 1, at: Date.now() - agoMs, limit, toBegin: 1, toHold: 0 });
  expect(await runDurableObjectAlarm(object)).toBe(true);
  return runInDurableObject(object, async (_, { storage }) => ({
    values: (await storage.list()).size,
    hasAlarm: (await storage.getAlarm()) !== null,
  }));
}

test('the object of a limit that was used just now keeps its count, and looks again', async () => {
  expect(await storedAfter(limitSharing.forgetMs - minuteMs)).toEqual({ values: 1, hasAlarm: true });
});

test('the object of a limit that is no longer used stores nothing', async () => {
  expect(await storedAfter(limitSharing.forgetMs + 2 * minuteMs)).toEqual({ values: 0, hasAlarm: false });
});

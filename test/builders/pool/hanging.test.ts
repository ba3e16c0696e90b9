// Tests how long a call waits for a builder that stops answering.
import { afterEach, expect, test, vi } from 'vitest';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import { poolLimits } from '../../../src/contract/limits/builder.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { fakeHealth } from '../../support/containers/fake-container.ts';
import { testApp } from '../../support/deps.ts';
import { answerOf } from '../../support/json-text.ts';
import { newPool } from '../../support/pool.ts';

const token = crypto.randomUUID();

afterEach(() => {
  vi.useRealTimers();
});

/** Returns a pool's only builder, whose call ends when the test says so, and which answers checks or doesn't. */
function onlyBuilder(isAnswering: () => boolean) {
  const call = Promise.withResolvers<Response>();
  const pool = newPool({ ...testApp().deps, clock: systemClock }, ['http://builder'], token);
  pool.sendOut = async (url, { signal } = {}) => {
    if (url.includes('/dep_1/')) {
      signal?.addEventListener('abort', () => call.reject(signal.reason));
      return call.promise;
    }
    if (!url.endsWith('/health')) return Response.json({ error: { code: 'not-found', message: '' } }, { status: 404 });
    if (isAnswering()) return Response.json(fakeHealth);
    throw new TypeError('Network connection lost');
  };
  return { builder: builderByPool(pool), call };
}

test('a call to a builder that stops answering ends long before the time limit of a call', async () => {
  vi.useFakeTimers();
  const { builder } = onlyBuilder(() => false);
  const ended = expect(builder.call('dep_1', '{}')).rejects.toMatchObject({ code: 'unreachable' });
  await vi.advanceTimersByTimeAsync(poolLimits.callCheckMs * poolLimits.callMisses);
  await ended;
});

test('a call that takes long goes on while its builder answers, also if it misses some checks', async () => {
  vi.useFakeTimers();
  let checks = 0;
  const { builder, call } = onlyBuilder(() => ++checks % poolLimits.callMisses === 0);
  const answer = builder.call('dep_1', '{}');
  await vi.advanceTimersByTimeAsync(8 * poolLimits.callCheckMs);
  call.resolve(Response.json({ status: 'success', result: 1, duration_ms: 2 }));
  expect(answerOf(await answer)).toMatchObject({ status: 'success' });
  expect(checks).toBeGreaterThan(poolLimits.callMisses);
});

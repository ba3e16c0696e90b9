// Tests calls while the database hangs, with replicas that have stalled, and while it is full.
import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import { database } from '../../src/db/client.ts';
import { beat } from '../../src/db/nearest.ts';
import { clientOf } from '../support/client.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { testApp } from '../support/deps.ts';
import { keyOf, organization } from '../support/scenes/organization.ts';
import { answered, answerOf, call, changes, live, losing, near, seconds, unavailable } from './outage.ts';

describe('while the database does not answer', () => {
  test('calls do not wait for a hanging database if their isolate has cached the route', async () => {
    const l = await live();
    const { app, hang, state } = losing(l);
    await call(l, app);
    l.clock.advance(10 * seconds);
    const release = hang();
    expect([await answerOf(l, app), state.trips]).toEqual([answered, 2]);
    release();
    await app.settled();
  });

  test('a hanging database gets the queries of only one of several concurrent calls, both before and after their minute is over', async () => {
    const l = await live();
    const { app, hang, state } = losing(l);
    await call(l, app);
    const asked = async (aheadMs: number) => {
      l.clock.advance(aheadMs);
      const [before, release] = [state.trips, hang()];
      const calls = await Promise.all(Array.from({ length: 10 }, () => answerOf(l, app)));
      const trips = state.trips - before;
      release();
      await app.settled();
      return { trips, calls: [...new Set(calls.map(({ status }) => status))] };
    };
    expect(await asked(1 * seconds)).toEqual({ trips: 1, calls: [200] });
    state.lost = true;
    for (let calls = 0; calls < 29; calls++) await asked(2 * seconds - 1);
    expect(await asked(1 * seconds)).toEqual({ trips: 1, calls: [200] });
    state.lost = false;
    expect(await asked(2 * seconds - 1)).toEqual({ trips: 1, calls: [503] });
  });

  test('an answer from a slow database that arrives after its call has ended is used by the next call', {
    tags: 'long',
  }, async () => {
    const l = await live();
    const { app, hang } = losing(l);
    await call(l, app);
    l.clock.advance(60 * seconds);
    const release = hang(false);
    expect(await answerOf(l, app)).toEqual(unavailable);
    release();
    await app.settled();
    expect(await call(l, app)).toEqual(answered);
  });

  test('an isolate with an empty cache waits ten seconds for a hanging database', { tags: 'long' }, async () => {
    const l = await live();
    const { app, hang, state } = losing(l);
    const release = hang();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const calls = [answerOf(l, app)];
      while (state.trips === 0) await scheduler.wait(1);
      vi.advanceTimersByTime(10 * seconds - 1);
      const ended = await Promise.race([...calls, Promise.resolve('waits')]);
      vi.advanceTimersByTime(1);
      expect([ended, ...(await Promise.all(calls))]).toEqual(['waits', unavailable]);
    } finally {
      vi.useRealTimers();
      release();
    }
  });

  test('a cached key permits only calls', async () => {
    const l = await live();
    const { app, state } = losing(l);
    await call(l, app);
    state.lost = true;
    l.clock.advance(10 * seconds);
    const client = clientOf(`Bearer ${l.org.key}`, app.fetch);
    expect((await client.get(l.org.plugins)).status).toBe(503);
    expect((await call(l, app)).status).toBe(200);
  });
});

describe('with a replica', () => {
  test.each([
    ['whose heartbeat is too old', 10_001],
    ['without a heartbeat', null],
  ])('a replica %s is not trusted', async (_which, age) => {
    const l = await live();
    await env.DB.prepare('delete from heartbeats').run();
    if (age !== null) await beat(l.app.deps);
    l.clock.advance(age ?? 0);
    const { app, primary } = near(l);
    expect([(await call(l, app)).status, primary.trips()]).toEqual([200, 1]);
  });

  test('a key missing from a replica is looked up in the primary', async () => {
    const l = await live();
    await beat(l.app.deps);
    const { app } = near(l);
    const early = await keyOf(l.org);
    await env.DB.prepare('update api_keys set revoked_at = 1 where id = (select max(id) from api_keys)').run();
    expect((await call(l, app, early)).status).toBe(401);
    await env.DB.prepare('update api_keys set revoked_at = null').run();
    expect((await call(l, app, early)).status).toBe(200);
  });

  test.each(changes)(
    'a plugin %s is refused within 10 s by an isolate with a stalled replica',
    async (_what, change, status) => {
      const l = await live();
      await beat(l.app.deps);
      const { app } = near(l);
      expect((await call(l, app)).status).toBe(200);
      await change(l.org);
      l.clock.advance(10 * seconds);
      expect((await call(l, app)).status).toBe(status);
    },
  );

  test.each(changes)(
    'a plugin %s is refused immediately by the isolate that made the change',
    async (_what, change, status) => {
      const l = await live();
      await beat(l.app.deps);
      const { app } = near(l);
      expect((await call(l, app)).status).toBe(200);
      await change({ ...l.org, ...clientOf(`Bearer ${l.org.key}`, app.fetch) });
      expect((await call(l, app)).status).toBe(status);
    },
  );
});

test.each(['D1_ERROR: Exceeded maximum DB size', 'D1_ERROR: database or disk is full: SQLITE_FULL'])(
  'a request that a full database refuses gets 503 with that reason: %s',
  async (message) => {
    const org = await organization();
    const full = database(pausedD1(env.DB, () => Promise.reject(new Error(message))));
    const { status, body, headers } = await clientOf(`Bearer ${org.key}`, testApp({ db: full }).fetch).get(
      '/v1/keys/self',
    );
    expect([status, body, headers.has('retry-after')]).toMatchObject([
      503,
      { error: { message: 'The database is full', hint: expect.stringContaining('Operators: ') } },
      true,
    ]);
  },
);

// Tests calls while the database is down, and how soon isolates notice revocations, even if their replica has stalled.
import { env } from 'cloudflare:workers';
import { describe, expect, test, vi } from 'vitest';
import { database } from '../../src/db/client.ts';
import { beat } from '../../src/db/nearest.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { clientOf } from '../support/client.ts';
import { laggingD1 } from '../support/database/lagging-d1.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { keyOf, type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const version = 'hello_ext_1_0_0';
const seconds = 1000;

interface Live {
  app: TestApp;
  clock: TestClock;
  org: Organization;
}

/** Returns an isolate with a stopped clock that publishes and deploys a plugin. */
async function live(): Promise<Live> {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ realtime: true }));
  const { body } = await org.post(`${org.plugins}/${version}/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  return { app, clock, org };
}

interface Called {
  status: number;
  type: unknown;
  retryAfter: string | null;
}

/** Calls the plugin in an isolate, and waits for the work after the response. */
async function call(l: Live, app: TestApp, key = l.org.key): Promise<Called> {
  const called = await answerOf(l, app, key);
  await app.settled();
  return called;
}

async function answerOf({ org }: Live, app: TestApp, key = org.key): Promise<Called> {
  const request = new Request(`http://slipway.test${org.plugins}/${version}/realtime/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { text: 'hello' } }),
  });
  const response = await app.fetch(request);
  const body: unknown = await response.json();
  const { status, headers } = response;
  return { status, type: Object(body).error?.type ?? Object(body).status, retryAfter: headers.get('retry-after') };
}

describe('while the database does not answer', () => {
  /** Returns an isolate whose database can be made unavailable. */
  function losing({ clock }: Live) {
    const state = { lost: false, hangs: Promise.resolve(), starts: 0, trips: 0 };
    const db = database(
      pausedD1(env.DB, async () => {
        state.trips += 1;
        if (state.lost) throw new Error('D1_ERROR: Network connection lost');
        await state.hangs;
      }),
    );
    /** Makes the database hang until the returned function is called. After that, pending queries fail or are answered. */
    const hang = (isLost = true) => {
      const hung = Promise.withResolvers<void>();
      state.hangs = hung.promise;
      hung.promise.catch(() => {});
      return () => {
        state.hangs = Promise.resolve();
        if (isLost) hung.reject(new Error('D1_ERROR: Network connection lost'));
        else hung.resolve();
      };
    };
    const { deps } = testApp();
    const builder: typeof deps.builder = {
      ...deps.builder,
      start: (id, spec) => {
        state.starts += 1;
        return deps.builder.start(id, spec);
      },
    };
    return { state, hang, app: testApp({ clock, db, builder, queues: losingQueues().queues }) };
  }

  const answered = { status: 200, type: 'success', retryAfter: null };
  const unavailable = { status: 503, type: 'ServiceUnavailableError', retryAfter: '5' };

  test('calls are answered for a minute, then refused with a time to retry, and answered again once the database is back', async () => {
    const l = await live();
    const { app, state } = losing(l);
    const calls = [await call(l, app)];
    state.lost = true;
    for (const ms of [2 * seconds, 8 * seconds, 35 * seconds, 14_999]) {
      l.clock.advance(ms);
      calls.push(await call(l, app));
    }
    expect(calls).toEqual(Array.from({ length: 5 }, () => answered));
    l.clock.advance(1);
    expect(await call(l, app)).toEqual(unavailable);
    state.lost = false;
    l.clock.advance(1 * seconds);
    expect(await call(l, app)).toEqual(answered);
  });

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

  test('an isolate with an empty cache refuses calls with a time to retry', async () => {
    const l = await live();
    const { app, state } = losing(l);
    state.lost = true;
    expect(await call(l, app)).toEqual(unavailable);
  });

  test('a call starts no instance without the database, because the deployment may have been withdrawn', async () => {
    const l = await live();
    const { app, state } = losing(l);
    await call(l, app);
    const [id = ''] = (await l.app.deps.db.select().from(deployments)).map((row) => row.id).slice(-1);
    await l.app.deps.builder.stop(id);
    state.lost = true;
    expect([await call(l, app), state.starts]).toEqual([unavailable, 0]);
    state.lost = false;
    expect([await call(l, app), state.starts]).toEqual([answered, 1]);
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
  /** Returns an isolate near a stalled replica, and counts its round trips to the primary. */
  function near({ clock }: Live) {
    const replica = laggingD1(env.DB);
    const primary = countedD1(env.DB);
    const nearest = () => database(replica.db);
    const db = database(primary.db);
    return { app: testApp({ clock, db, nearest, queues: losingQueues().queues }), primary, replica };
  }

  test("an isolate's first call makes one round trip to the nearest copy, and no call in the next 10 s waits for one", async () => {
    const l = await live();
    await beat(l.app.deps);
    l.clock.advance(900);
    const { app, primary, replica } = near(l);
    const trips = async () => {
      const before = [replica.trips(), primary.trips()];
      await call(l, app);
      return [replica.trips(), primary.trips()].map((count, i) => count - (before[i] ?? 0));
    };
    expect(await trips()).toEqual([1, 0]);
    expect(await trips()).toEqual([0, 0]);
    l.clock.advance(100);
    const [readBehind] = [1];
    expect(await trips()).toEqual([0, readBehind]);
    l.clock.advance(9_999);
    expect(await trips()).toEqual([0, readBehind]);
  });

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

  const changes: [what: string, change: (org: Organization) => Promise<unknown>, status: number][] = [
    ['undeployed', (org) => org.post(`${org.plugins}/${version}/undeploy`), 400],
    ['deleted', (org) => org.del(`${org.plugins}/${version}?force=true`), 404],
    [
      'whose key is revoked',
      async (org) => {
        const { body } = await org.get('/v1/keys/self');
        await org.del(`/v1/keys/${Object(body).key_id}?allow_last=true`);
      },
      401,
    ],
  ];

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

// Tests calls while the database is down, and how soon isolates notice revocations, even if their replica has stalled.
import { describe, expect, test } from 'vitest';
import { beat } from '../../src/db/nearest.ts';
import { deployments } from '../../src/db/schema/deploy.ts';
import { answered, call, live, losing, near, seconds, unavailable } from './outage.ts';

describe('while the database does not answer', () => {
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
});

describe('with a replica', () => {
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
});

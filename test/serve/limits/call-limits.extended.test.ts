// Tests limits of calls when isolates die or count again, and when their object does not answer.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { limitSharing } from '../../../src/contract/limits/serving.ts';
import { database } from '../../../src/db/client.ts';
import type { Deps } from '../../../src/deps.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { testApp } from '../../support/deps.ts';
import { call, holding, limited, minuteMs, ofPlugin, setLimit, statusesOf } from './limited-scene.ts';

test('an isolate that dies with calls in progress blocks their places for half a minute only', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_at_once: 1 });
  const dying = holding(l);
  const last = call(l, dying.client);
  await expect.poll(dying.inProgress).toBe(1);
  expect((await call(l, l.isolate())).status).toBe(429);
  l.clock.advance(limitSharing.heldMs);
  expect((await call(l, l.isolate())).status).toBe(200);
  dying.release();
  await last;
});

test('a call whose share arrives after the end of its minute goes ahead', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 5 });
  const { callLimits } = testApp().deps;
  const gate = Promise.withResolvers<void>();
  let asked = 0;
  const share: Deps['callLimits']['share'] = async (...request) => {
    const given = await callLimits.share(...request);
    asked += 1;
    await gate.promise;
    return given;
  };
  const client = l.isolate({ callLimits: { ...callLimits, share } });
  const calls: Promise<{ status: number }>[] = [];
  for (const number of [1, 2]) {
    calls.push(call(l, client));
    await expect.poll(() => asked).toBe(number);
    l.clock.advance(minuteMs);
  }
  gate.resolve();
  expect(await statusesOf(calls)).toEqual({ 200: 2 });
});

test('an isolate that counts its requests from the start again gets places once its old ones have run out', async () => {
  const limit = { perMinute: null, atOnce: 5 };
  const object = env.CALL_LIMITS.getByName('counts-again');
  const request = { isolate: 'one', at: 0, limit, toBegin: 0 };
  expect(await object.share({ ...request, number: 9, toHold: 1 })).toMatchObject({ hold: 1 });
  expect(await object.share({ ...request, number: 1, at: limitSharing.heldMs, toHold: 4 })).toMatchObject({ hold: 4 });
});

test('a limit whose object does not answer stops no call', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1, calls_at_once: 1 });
  const share = () => Promise.reject(new Error('the object is away'));
  const client = l.isolate({ callLimits: { isolate: '', held: new Map(), share } });
  expect(await statusesOf([0, 1, 2].map(() => call(l, client)))).toEqual({ 200: 3 });
});

test('a limit changed in this isolate holds for the next call, even though key and route are cached', async () => {
  const l = await limited();
  expect((await call(l, l.org)).status).toBe(200);
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1 });
  expect([(await call(l, l.org)).status, (await call(l, l.org)).status]).toEqual([200, 429]);
});

test('a later call counts in the minute in which it is accepted', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1, calls_at_once: 1 });
  const client = l.isolate();
  const later = { body: { inputs: {} }, headers: { prefer: 'respond-async' } };
  const path = `${l.org.plugins}/by-name/hello_ext/realtime`;
  expect((await client.send('POST', path, later)).status).toBe(202);
  expect((await client.send('POST', path, later)).status).toBe(429);
  expect((await call(l, client)).status).toBe(429);
});

test('a limited call makes no round trip to the database', async () => {
  const l = await limited();
  await setLimit(l, { ...ofPlugin(l), calls_per_minute: 1000, calls_at_once: 10 });
  const counted = countedD1(env.DB);
  const client = l.isolate({ db: database(counted.db) });
  await call(l, client);
  expect(await counted.during(async () => void (await call(l, client)))).toBe(0);
});

// Tests what still works while the database is full, and that work continues once there is room.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { leases } from '../../src/contract/limits/leases.ts';
import { database } from '../../src/db/client.ts';
import { deadLetters } from '../../src/db/schema/events.ts';
import { callCounts } from '../../src/db/schema/traffic.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { sweep } from '../../src/sweep.ts';
import type { Answer } from '../support/client.ts';
import { everythingStored } from '../support/database/everything-stored.ts';
import { fullD1 } from '../support/database/full-d1.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../support/plugins/publish.ts';
import { organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const days = 86_400_000;

async function fillable(message?: string) {
  const state = { isFull: false };
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const db = database(fullD1(env.DB, () => state.isFull, message));
  const app = testApp({ clock, db, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  return { app, clock, org, state };
}

const outcome = ({ status, body }: Answer) => [status, Object(Object(body).error).message];
const refused = [503, 'The database is full'];

test('a full database serves calls, refuses changes with the reason, and stores nothing of them', async () => {
  const { app, org, state } = await fillable();
  await publish(org, plugin({ name: 'full_calls', realtime: true }));
  const path = `${org.plugins}/full_calls_1_0_0`;
  const { body } = await org.post(`${path}/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  const call = () => org.post(`${path}/realtime/test`, { inputs: { text: 'hello' } });
  await call();
  await app.settled();
  const before = await everythingStored();
  state.isFull = true;
  expect((await call()).status).toBe(200);
  const upload = () => org.post(`${org.plugins}/uploads`, { name: 'full_calls', version: '1.0.1' });
  const changes = [
    await upload(),
    await org.post('/v1/keys', { name: 'full', scopes: ['plugins:read'] }),
    await org.send('DELETE', path),
  ];
  expect(changes.map(outcome)).toEqual([refused, refused, refused]);
  expect(await everythingStored()).toBe(before);
  state.isFull = false;
  expect((await upload()).status).toBe(200);
});

test('an upload that a full database refused again and again is accepted once there is room', {
  tags: 'long',
}, async () => {
  const { app, clock, org, state } = await fillable();
  const { name, version, zip } = plugin({ name: 'full_upload' });
  const upload = await uploaded(org, { name, version }, zip);
  state.isFull = true;
  for (let tries = 0; tries <= leases.upload.attemptsMax; tries++) {
    expect(outcome(await confirm(org, upload))).toEqual(refused);
    await app.settled();
    clock.advance(60_000);
    await sweep(app.deps);
  }
  state.isFull = false;
  expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
});

test('a deployment that waited in a full database goes live once there is room', { tags: 'long' }, async () => {
  const { app, clock, org, state } = await fillable();
  await publish(org, plugin({ name: 'full_deploy', realtime: true }));
  const path = `${org.plugins}/full_deploy_1_0_0`;
  const { body } = await org.post(`${path}/deploy`);
  const id = Object(body).deployment_id;
  state.isFull = true;
  for (let tries = 0; tries <= leases.deployment.attemptsMax; tries++) {
    await expect(advanceDeployment(app.deps, id)).rejects.toThrow('the batch failed');
    await app.settled();
    clock.advance(60_000);
    await sweep(app.deps);
  }
  state.isFull = false;
  await advanceDeployment(app.deps, id);
  expect((await org.post(`${path}/realtime/test`, { inputs: { text: 'hello' } })).status).toBe(200);
});

test('a sweep frees space in a full database', async () => {
  const { app, clock, org, state } = await fillable();
  const { db } = app.deps;
  await db
    .insert(deadLetters)
    .values({ id: 'dl_full', queue: 'deploy', body: {}, reason: 'test', createdAt: clock.now() });
  await db.insert(callCounts).values({
    ...{ namespaceId: org.namespaceId, pluginId: 'plg_full', at: clock.now(), version: '1.0.0', calls: 1, errors: 0 },
    ...{ latencies: [], checked: 0, mismatched: 0, minutes: {}, hasMinutes: false },
  });
  state.isFull = true;
  clock.advance(91 * days);
  await sweep(app.deps);
  expect([await db.select().from(deadLetters), await db.select().from(callCounts)]).toEqual([[], []]);
});

test('a database on one machine that fails names a full disk as the likely cause, since workerd says no more', async () => {
  const { org, state } = await fillable('internal error; reference = 07r9mb162ldngvfn5rdrr4ne');
  state.isFull = true;
  const answer = await org.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'] });
  expect(outcome(answer)).toEqual([503, 'The database failed, on one machine perhaps because its disk is full']);
});

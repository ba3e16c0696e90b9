// Tests creating deliveries from events: each endpoint gets its events exactly once.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { events } from '../../../../src/db/schema/events.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { sweepWebhooks } from '../../../../src/features/webhooks/sweep.ts';
import { countedD1 } from '../../../support/database/round-trips.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { namespaceIn, organization } from '../../../support/scenes/organization.ts';
import { db, typesFor } from '../scenes/fan-out.ts';
import { webhook, webhookScene } from '../scenes/webhooks.ts';

describe('an endpoint', () => {
  test.each([
    ['all', {}, ['webhook.created', 'namespace.created', 'namespace.updated', 'upload.created']],
    ['a type', { events: ['namespace.updated'] }, ['namespace.updated']],
    ['a group of types', { events: ['namespace.'] }, ['namespace.created', 'namespace.updated']],
    ['types and groups', { events: ['upload.created', 'webhook.'] }, ['webhook.created', 'upload.created']],
    ['a type without events', { events: ['deployment.'] }, []],
  ])('an endpoint subscribed to %s gets the events that occur after its creation', async (_what, fields, types) => {
    const scene = await webhookScene();
    const hook = await webhook(scene, fields);
    await namespaceIn(scene.org, 'films');
    await emitEvents(scene);
    await scene.org.post(`${scene.org.plugins}/uploads`, { name: 'hello_ext' });
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toEqual(types);
  });

  test("an endpoint for a namespace gets the namespace's events, and no events from outside namespaces", async () => {
    const scene = await webhookScene();
    const films = await namespaceIn(scene.org, 'films');
    const hook = await webhook(scene, { namespace_ids: [films] });
    await emitEvents(scene);
    await scene.org.patch('/v1/namespaces/films', { description: 'changed' });
    await scene.org.post('/v1/webhooks', { url: 'https://hooks.example.com/other' });
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toEqual(['namespace.updated']);
  });

  test('an endpoint gets no events from another organization', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene, { events: ['namespace.', 'organization.'] });
    const other = await organization({ fetch: scene.app.fetch });
    await other.patch('/v1/namespaces/default', { description: 'changed' });
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toEqual([]);
    // The other organization's event is between the cursor and this organization's event.
    await other.patch('/v1/namespaces/default', { description: 'changed again' });
    await emitEvents(scene);
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toEqual(['namespace.updated']);
  });

  test('an endpoint gets nothing while it is disabled, and only later events once it is enabled again', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await scene.org.post(`${hook.path}/disable`);
    await emitEvents(scene, 2);
    await fanOutAndDeliver(scene.deps);
    await scene.org.post(`${hook.path}/enable`);
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toEqual([]);
    await emitEvents(scene);
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toEqual(['namespace.updated']);
  });
});

describe('each event is fanned out exactly once', () => {
  test('each event is fanned out exactly once even if it is committed late, with an older ID', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene);
    await fanOutAndDeliver(scene.deps);
    await db.insert(events).values({
      id: 'evt_00000000000000000000000001',
      organizationId: scene.org.id,
      type: 'namespace.updated',
      actor: { type: 'system', id: 'slipway' },
      subjectId: 'late',
      data: { fields: [] },
      createdAt: 1,
    });
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toHaveLength(2);
  });

  test('each event is fanned out exactly once even if its message was lost and the sweep takes over', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await emitEvents(scene);
    await sweepWebhooks(scene.deps);
    expect(await typesFor(hook)).toEqual(['namespace.updated']);
  });
});

test('a request that writes events enqueues a fan-out, and a request that only reads does not', async () => {
  const scene = await webhookScene();
  await scene.app.settled();
  scene.sent.length = 0;
  await scene.org.get('/v1/namespaces/default');
  await scene.app.settled();
  expect(scene.sent).toEqual([]);
  await emitEvents(scene);
  await scene.app.settled();
  const [newest] = await db
    .select()
    .from(events)
    .where(eq(events.organizationId, scene.org.id))
    .orderBy(events.seq)
    .offset(3)
    .limit(1);
  expect(scene.sent).toEqual([{ v: 1, type: 'fan-out', id: newest?.id }]);
});

test('endpoints with new deliveries are enqueued, and other endpoints are not', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  const other = await webhook(scene, { events: ['deployment.'] });
  await emitEvents(scene, 3);
  await scene.app.settled();
  scene.sent.length = 0;
  await fanOutAndDeliver(scene.deps);
  expect(scene.sent).toContainEqual({ v: 1, type: 'deliver', id: hook.id });
  expect(scene.sent).not.toContainEqual({ v: 1, type: 'deliver', id: other.id });
});

test('a fan-out of a few events makes two round trips', async () => {
  const scene = await webhookScene();
  await webhook(scene);
  await fanOutAndDeliver(scene.deps);
  await emitEvents(scene, 2);
  const counted = countedD1(env.DB);
  expect(await counted.during(() => fanOutAndDeliver({ ...scene.deps, db: database(counted.db) }))).toBe(2);
});

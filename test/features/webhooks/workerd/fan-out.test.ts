// Tests creating deliveries from events: each endpoint gets its events exactly once.
import { env } from 'cloudflare:workers';
import { and, asc, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { events } from '../../../../src/db/schema/events.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { sweepWebhooks } from '../../../../src/features/webhooks/sweep.ts';
import { deliveries, endpoints } from '../../../../src/features/webhooks/tables.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import { pausedD1 } from '../../../support/database/paused-d1.ts';
import { countedD1 } from '../../../support/database/round-trips.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { namespaceIn, organization } from '../../../support/scenes/organization.ts';
import { deliverEvents, deliveriesOf, type Webhook, webhook, webhookScene } from '../scenes/webhooks.ts';

const db = database(env.DB);

async function typesFor({ id }: Webhook): Promise<string[]> {
  const rows = await db
    .select({ type: events.type })
    .from(deliveries)
    .innerJoin(events, eq(events.id, deliveries.eventId))
    .where(eq(deliveries.endpointId, id))
    .orderBy(asc(events.seq));
  return rows.map(({ type }) => type);
}

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
  test('each event is fanned out exactly once by any number of concurrent workers', async () => {
    const scene = await webhookScene();
    const hooks = [await webhook(scene), await webhook(scene)];
    for (let round = 0; round < 5; round++) {
      await emitEvents(scene, 2);
      await Promise.all([1, 2, 3].map(() => fanOutAndDeliver(scene.deps)));
    }
    for (const hook of hooks) expect(await typesFor(hook)).toEqual(Array(10).fill('namespace.updated'));
  });

  test('each event is fanned out exactly once even if there are more events than one batch can handle', async () => {
    const scene = await webhookScene();
    const hook = await webhook(scene);
    await env.DB.prepare(
      `insert into events (id, organization_id, type, actor, subject_id, data, created_at)
       with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
       select 'evt_' || lower(hex(randomblob(13))), ?1, 'namespace.updated', '{"type":"system","id":"slipway"}', 'x', '{"fields":[]}', ?2 from n`,
    )
      .bind(scene.org.id, scene.clock.now())
      .run();
    await fanOutAndDeliver(scene.deps);
    expect(await typesFor(hook)).toHaveLength(2500);
  });

  test('each event is fanned out exactly once even if there are more endpoints than one message can handle', async () => {
    const scene = await webhookScene();
    await webhook(scene);
    await fanOutAndDeliver(scene.deps);
    await copyRow(
      'webhook_endpoints',
      { from: 1, times: 250 },
      { organization_id: `'${scene.org.id}'`, event_filters: 'null', namespace_ids: 'null', event_cursor: '0' },
    );
    await emitEvents(scene);
    await scene.app.settled();
    const ofOrganization = eq(endpoints.organizationId, scene.org.id);
    const reached = async () => {
      const joined = db.selectDistinct({ id: endpoints.id }).from(deliveries);
      return (await joined.innerJoin(endpoints, and(eq(endpoints.id, deliveries.endpointId), ofOrganization))).length;
    };
    scene.sent.length = 0;
    await fanOutAndDeliver(scene.deps);
    const first = await reached();
    expect(scene.sent.filter(({ type }) => type === 'fan-out')).toHaveLength(1);
    await fanOutAndDeliver(scene.deps);
    expect([first, await reached()]).toEqual([200, 251]);
  });

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

test('an endpoint that is disabled after the events are read, but before the batch, gets no delivery for them', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene);
  const db = database(
    pausedD1(env.DB, async (nth) => {
      if (nth === 2) await scene.org.post(`${hook.path}/disable`);
    }),
  );
  await fanOutAndDeliver({ ...scene.deps, db });
  expect(await deliveriesOf(scene, hook)).toEqual([]);
});

test('a fan-out of a few events makes two round trips', async () => {
  const scene = await webhookScene();
  await webhook(scene);
  await fanOutAndDeliver(scene.deps);
  await emitEvents(scene, 2);
  const counted = countedD1(env.DB);
  expect(await counted.during(() => fanOutAndDeliver({ ...scene.deps, db: database(counted.db) }))).toBe(2);
});

test('an event that is written while earlier ones are fanned out needs no message of its own', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await fanOutAndDeliver(scene.deps);
  await emitEvents(scene);
  const db = database(
    pausedD1(env.DB, async (nth) => {
      if (nth === 2) await emitEvents(scene);
    }),
  );
  await fanOutAndDeliver({ ...scene.deps, db });
  expect(await typesFor(hook)).toEqual(['namespace.updated', 'namespace.updated']);
});

test('a disabled endpoint with newer events is not checked repeatedly', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await scene.org.post(`${hook.path}/disable`);
  await emitEvents(scene);
  await fanOutAndDeliver(scene.deps);
  const counted = countedD1(env.DB);
  expect(await counted.during(() => fanOutAndDeliver({ ...scene.deps, db: database(counted.db) }))).toBe(1);
});

test('a fan-out in which every endpoint fails ends with the reason, so that it is retried later instead of immediately', async () => {
  const scene = await webhookScene();
  await webhook(scene);
  await fanOutAndDeliver(scene.deps);
  await copyRow(
    'webhook_endpoints',
    { from: 1000, times: 49 },
    { organization_id: `'${scene.org.id}'`, event_filters: 'null', namespace_ids: 'null', event_cursor: '0' },
  );
  await emitEvents(scene);
  await scene.app.settled();
  const setFilters = (text: string | null) =>
    env.DB.prepare('update webhook_endpoints set event_filters = ? where organization_id = ?')
      .bind(text, scene.org.id)
      .run();
  await setFilters('[');
  scene.sent.length = 0;
  await expect(fanOutAndDeliver(scene.deps)).rejects.toThrow();
  expect(scene.sent).toEqual([]);
  await setFilters(null);
  await fanOutAndDeliver(scene.deps);
  const joined = db.selectDistinct({ id: endpoints.id }).from(deliveries);
  const ofOrganization = eq(endpoints.organizationId, scene.org.id);
  expect(await joined.innerJoin(endpoints, and(eq(endpoints.id, deliveries.endpointId), ofOrganization))).toHaveLength(
    50,
  );
});

test('an endpoint with unreadable filters gets nothing, and the other endpoints get their events (D43)', async () => {
  const scene = await webhookScene();
  const [bad, good] = [await webhook(scene), await webhook(scene)];
  await emitEvents(scene);
  await env.DB.prepare("update webhook_endpoints set event_filters = '[' where id = ?").bind(bad.id).run();
  await deliverEvents(scene, good);
  expect(scene.receiver.calls).toHaveLength(1);
  await env.DB.prepare('update webhook_endpoints set event_filters = null where id = ?').bind(bad.id).run();
  await emitEvents(scene);
  await deliverEvents(scene, bad);
  expect((await deliveriesOf(scene, bad)).filter(({ event_type }) => event_type === 'namespace.updated')).toHaveLength(
    2,
  );
});

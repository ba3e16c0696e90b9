// Tests fan-outs of many events to many endpoints, by concurrent workers, and endpoints that fail.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { deliveries, endpoints } from '../../../../src/features/webhooks/tables.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import { pausedD1 } from '../../../support/database/paused-d1.ts';
import { countedD1 } from '../../../support/database/round-trips.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { db, typesFor } from '../scenes/fan-out.ts';
import { deliverEvents, deliveriesOf, webhook, webhookScene } from '../scenes/webhooks.ts';

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

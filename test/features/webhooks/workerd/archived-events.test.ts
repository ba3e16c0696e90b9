// Tests that webhooks lose only the deliveries of archived events.
import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import { database } from '../../../../src/db/client.ts';
import { archiveEvents } from '../../../../src/events/archive-events.ts';
import { sealEvents } from '../../../../src/events/seal.ts';
import { deleteDeliveriesBefore } from '../../../../src/features/webhooks/facts.ts';
import { meteredD1 } from '../../../support/database/metered-d1.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { deliverEvents, deliveriesOf, type Webhook, webhook, webhookScene } from '../scenes/webhooks.ts';

const minute = 60_000;
const day = 24 * 3_600_000;

/** A sweep visits the organizations in turn, and those of earlier tests would use up its limit. */
beforeEach(async () => {
  await env.DB.batch(['events', 'event_blocks', 'store_sweeps'].map((table) => env.DB.prepare(`delete from ${table}`)));
});

/** Seals the webhook's whole history into a block that will be archived. */
async function sealed(request?: string) {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene);
  await deliverEvents(scene, hook);
  if (request !== undefined) await scene.org.post(`${hook.path}${request}`);
  scene.clock.advance(minute);
  await sealEvents(scene.deps);
  await emitEvents(scene);
  scene.clock.advance(minute);
  await sealEvents(scene.deps);
  return { scene, hook };
}

const oldEvents = async () =>
  (await env.DB.prepare('select count(*) as events from event_archives').first<{ events: number }>())?.events;

test('deliveries are deleted before their events are archived', async () => {
  const { hook, scene } = await sealed();
  await env.DB.prepare("update deliveries set status = 'pending', next_at = 0 where endpoint_id = ?")
    .bind(hook.id)
    .run();
  const multiply = ({ id }: Webhook, times: number) =>
    env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
       insert into deliveries select id || '_' || i, endpoint_id, event_id || '_' || i, event_type, status, attempts, schedule_from,
         next_at, created_at, updated_at, lane, attempts_made from deliveries, n where endpoint_id = ?1`,
    ).bind(id, times);
  await multiply(hook, 499).run();
  const archivedBefore = await oldEvents();
  scene.clock.advance(402 * day);
  await archiveEvents(scene.deps);
  expect([await deliveriesOf(scene, hook), await oldEvents()]).toEqual([[], archivedBefore]);
  await archiveEvents(scene.deps);
  expect(await oldEvents()).toBe((archivedBefore ?? 0) + 1);
});

test('an endpoint whose creation was archived recovers the events that it missed while it was disabled', async () => {
  const { hook, scene } = await sealed('/disable');
  scene.clock.advance(402 * day);
  await archiveEvents(scene.deps);
  const since = new Date(scene.clock.now()).toISOString();
  await emitEvents(scene, 2);
  scene.clock.advance(minute);
  await scene.org.post(`${hook.path}/enable`);
  const recovered = await scene.org.post(`${hook.path}/recover`, { since });
  expect([recovered.status, recovered.body]).toMatchObject([200, { deliveries: 2 }]);
});

test('looking for the deliveries of archived events takes one statement per archive', async () => {
  const { scene } = await sealed();
  const metered = meteredD1(env.DB);
  const archiving = { organizationId: scene.org.id, lastEventAt: 1 };
  expect(await deleteDeliveriesBefore(database(metered.db), archiving)).toBe(true);
  expect(metered.total().statements).toBe(1);
});

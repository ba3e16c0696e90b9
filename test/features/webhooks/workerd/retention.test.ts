// Tests deleting deliveries that ended long ago and deliveries of deleted endpoints, a limited number at a time, and no others.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { EndpointId } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { sweepWebhooks } from '../../../../src/features/webhooks/sweep.ts';
import { deliveries } from '../../../../src/features/webhooks/tables.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { deliverEvents, type Webhook, webhook, webhookScene } from '../scenes/webhooks.ts';

const db = database(env.DB);
const day = 24 * 3600 * 1000;
const deletedAtOnce = 2_000;

/** Makes this many copies of the endpoint's only delivery. */
async function multiply({ id }: Webhook, times: number): Promise<void> {
  await env.DB.prepare(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
    insert into deliveries select id || '_' || i, endpoint_id, event_id || '_' || i, event_type, status, attempts, schedule_from,
      next_at, created_at, updated_at, lane, attempts_made from deliveries, n where endpoint_id = ?1`)
    .bind(id, times)
    .run();
}

function remaining(id: EndpointId): Promise<number> {
  return db.$count(deliveries, eq(deliveries.endpointId, id));
}

async function delivered() {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene);
  await deliverEvents(scene, hook);
  expect(await remaining(hook.id)).toBe(1);
  return { scene, hook };
}

test('a delivery is kept for 30 days after it ends', async () => {
  const { hook, scene } = await delivered();
  scene.clock.advance(30 * day);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toBe(1);
  scene.clock.advance(1);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toBe(0);
});

test('an unfinished delivery is kept, however old it is', async () => {
  const { hook, scene } = await delivered();
  await db
    .update(deliveries)
    .set({ status: 'pending', nextAt: scene.clock.now() })
    .where(eq(deliveries.endpointId, hook.id));
  scene.clock.advance(60 * day);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toBe(1);
});

test('one sweep deletes 2,000 old deliveries, and later sweeps delete the others', async () => {
  const { hook, scene } = await delivered();
  await multiply(hook, deletedAtOnce);
  scene.clock.advance(30 * day + 1);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toBe(1);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toBe(0);
});

test('a deleted endpoint stays until its last delivery is deleted, with 2,000 deleted at a time', async () => {
  const { hook, scene } = await delivered();
  const other = await webhook(scene);
  await multiply(hook, deletedAtOnce);
  await scene.org.del(hook.path);
  const endpoints = async () =>
    (await env.DB.prepare('select id from webhook_endpoints').all<{ id: string }>()).results.map(({ id }) => id);
  await sweepWebhooks(scene.deps);
  expect([await remaining(hook.id), await endpoints()]).toEqual([1, expect.arrayContaining([hook.id, other.id])]);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toBe(0);
  expect(await endpoints()).not.toContain(hook.id);
  expect(await endpoints()).toContain(other.id);
});

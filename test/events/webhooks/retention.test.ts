// Deletes deliveries that ended long ago and those of deleted endpoints, a limited number at a time, and no others.
import { env } from 'cloudflare:workers';
import { eq, inArray } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { EndpointId } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { attempts, deliveries } from '../../../src/db/schema/webhooks.ts';
import { sweepWebhooks } from '../../../src/events/webhooks/sweep.ts';
import { deliverEvents, emitEvents, type Webhook, webhook, webhookScene } from '../../support/scenes/webhooks.ts';

const db = database(env.DB);
const day = 24 * 3600 * 1000;
const deletedAtOnce = 500;

/** Copies the endpoint's only delivery and its attempt, `times` times. */
async function multiply({ id }: Webhook, times: number): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
      insert into deliveries select id || '_' || i, endpoint_id, event_id || '_' || i, event_type, status, attempts, schedule_from,
        next_at, created_at, updated_at, lane, attempts_made from deliveries, n where endpoint_id = ?1`).bind(
      id,
      times,
    ),
    env.DB.prepare(`insert into attempts select d.id, a.number, a.started_at, a.duration_ms, a.status_code, a.error, a.response_excerpt
      from deliveries d join attempts a on d.id like a.delivery_id || '_%' where d.endpoint_id = ?1`).bind(id),
  ]);
}

async function remaining(id: EndpointId): Promise<{ deliveries: number; attempts: number }> {
  const own = db.select({ id: deliveries.id }).from(deliveries).where(eq(deliveries.endpointId, id));
  return {
    deliveries: await db.$count(deliveries, eq(deliveries.endpointId, id)),
    attempts: await db.$count(attempts, inArray(attempts.deliveryId, own)),
  };
}

/** A delivery whose attempt is stored as earlier versions did, as a row. */
async function delivered() {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene);
  await deliverEvents(scene, hook);
  await env.DB.prepare(`insert into attempts (delivery_id, number, started_at, duration_ms)
    select id, 1, created_at, 20 from deliveries where endpoint_id = ?`)
    .bind(hook.id)
    .run();
  expect(await remaining(hook.id)).toEqual({ deliveries: 1, attempts: 1 });
  return { scene, hook };
}

test('a delivery is kept for 30 days after it ended, with its attempts', async () => {
  const { hook, scene } = await delivered();
  scene.clock.advance(30 * day);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toEqual({ deliveries: 1, attempts: 1 });
  scene.clock.advance(1);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toEqual({ deliveries: 0, attempts: 0 });
  expect(await db.$count(attempts)).toBe(0);
});

test('a delivery that has not ended is kept, however old it is', async () => {
  const { hook, scene } = await delivered();
  await db
    .update(deliveries)
    .set({ status: 'pending', nextAt: scene.clock.now() })
    .where(eq(deliveries.endpointId, hook.id));
  scene.clock.advance(60 * day);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toEqual({ deliveries: 1, attempts: 1 });
});

test('one sweep deletes 500 old deliveries, the next ones the others', async () => {
  const { hook, scene } = await delivered();
  await multiply(hook, deletedAtOnce);
  scene.clock.advance(30 * day + 1);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toEqual({ deliveries: 1, attempts: 1 });
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toEqual({ deliveries: 0, attempts: 0 });
});

test('a deleted endpoint stays until its last delivery is deleted, 500 at a time', async () => {
  const { hook, scene } = await delivered();
  const other = await webhook(scene);
  await multiply(hook, deletedAtOnce);
  await scene.org.del(hook.path);
  const endpoints = async () =>
    (await env.DB.prepare('select id from webhook_endpoints').all<{ id: string }>()).results.map(({ id }) => id);
  await sweepWebhooks(scene.deps);
  expect([await remaining(hook.id), await endpoints()]).toEqual([
    { deliveries: 1, attempts: 1 },
    expect.arrayContaining([hook.id, other.id]),
  ]);
  await sweepWebhooks(scene.deps);
  expect(await remaining(hook.id)).toEqual({ deliveries: 0, attempts: 0 });
  expect(await endpoints()).not.toContain(hook.id);
  expect(await endpoints()).toContain(other.id);
});

// Tests a delivery's cost: the rows that D1 reports as written, and the round trips.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { webhooks } from '../../../../src/contract/features/webhooks/limits.ts';
import { deliverDue } from '../../../../src/features/webhooks/deliver.ts';
import { fanOutAndDeliver } from '../../../../src/features/webhooks/fan-out.ts';
import { countedRows, countRows, noRows } from '../../../support/database/d1-rows.ts';
import { emitEvents } from '../../../support/scenes/losing-scene.ts';
import { webhook, webhookScene } from '../scenes/webhooks.ts';

countRows(env.DB);

const count = 60;

test('60 deliveries write five rows each, and are sent in few round trips', async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene, count);
  const fannedOut = noRows();
  await countedRows(fannedOut, () => fanOutAndDeliver(scene.deps));
  const sent = noRows();
  await countedRows(sent, () => deliverDue(scene.deps, hook.id));
  expect(scene.receiver.calls).toHaveLength(count);
  // Four rows per delivery (the row, and its entries in the primary key, the event index and the lane index), followed by the outcome.
  expect(fannedOut.written).toBe(4 * count + 2);
  // Each lane is claimed, and its lease is renewed and released, which takes four rows, or five if another lane takes the next
  // deliveries first.
  expect(sent.written).toBeGreaterThanOrEqual(count);
  expect(sent.written).toBeLessThanOrEqual(count + 5 * webhooks.lanes);
  expect(sent.trips).toBeLessThan(count / 2);
});

test("a webhook's page reads its newest 500 deliveries, however many there are", async () => {
  const scene = await webhookScene();
  const hook = await webhook(scene);
  await emitEvents(scene);
  await fanOutAndDeliver(scene.deps);
  await deliverDue(scene.deps, hook.id);
  expect((await scene.org.get(hook.path)).body).toMatchObject({ deliveries: { pending: 0, succeeded: 1, failed: 0 } });
  await env.DB.prepare(`with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)
    insert into deliveries select id || '_' || i, endpoint_id, event_id || printf('_%05d', i), event_type, iif(i < 1995, 'failed', status), attempts, schedule_from,
      next_at, created_at, updated_at, lane, attempts_made from deliveries, n where endpoint_id = ?`)
    .bind(hook.id)
    .run();
  const rows = noRows();
  const answer = await countedRows(rows, () => scene.org.get(hook.path));
  expect(answer.body).toMatchObject({ deliveries: { pending: 0, succeeded: 6, failed: webhooks.searchedMax - 6 } });
  expect(rows.read).toBeLessThan(2 * webhooks.searchedMax + 20);
  const filtered = await scene.org.get(`${hook.path}/deliveries?type=namespace.created`);
  expect(filtered.body).toEqual({ results: [], pagination: { limit: 100, next_cursor: expect.any(String) } });
});

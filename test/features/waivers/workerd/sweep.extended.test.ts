// Tests that the sweep expires waivers although some can't be changed.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { sweepLimits } from '../../../../src/contract/limits/leases.ts';
import { events } from '../../../../src/db/schema/events.ts';
import { sweepWaivers } from '../../../../src/features/waivers/waivers.ts';
import { sweep } from '../../../../src/sweep.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { isolationScene } from '../../../support/workers/isolation-scene.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { waiverOf } from '../scenes/waivers.ts';

const days = 86_400_000;

const run = (statement: string) => env.DB.prepare(statement).run();

async function scene() {
  const clock = clockAt(Date.now());
  const { deps, fetch } = testApp({ clock, queues: losingQueues().queues });
  return { clock, deps, org: await organization({ fetch }) };
}

test("waivers whose expiry can't be stored do not block another waiver", async () => {
  // Each sweep picks some at random, so that these would leave out those of other tests.
  onTestFinished(async () => void (await run(`delete from waivers where plugin = 'bad'`)));
  const { clock, deps, org } = await scene();
  const good = await waiverOf(org, { plugin: 'good' });
  await copyRow('waivers', { from: 1, times: sweepLimits.changedByOne }, { plugin: "'bad'" });
  await run(
    `create trigger refuse_bad_waivers before update on waivers when old.plugin = 'bad' begin select raise(abort, 'bad row'); end`,
  );
  clock.advance(2 * 86_400_000);
  // The row is picked in forty of forty-one sweeps.
  for (let sweeps = 0; sweeps < 10; sweeps++) await sweepWaivers(deps);
  const { results } = await run(`select subject_id as id from events where type = 'waiver.expired'`);
  expect(results).toEqual([{ id: good }]);
});

test("a waiver whose expiry can't be stored stops no other waiver", async () => {
  const s = isolationScene();
  const org = await organization({ fetch: s.fetch });
  const [bad, good] = [await waiverOf(org, { plugin: 'first' }), await waiverOf(org, { plugin: 'second' })];
  await run(
    `create trigger refuse_waiver before update on waivers when old.id = '${bad}' begin select raise(abort, 'bad row'); end`,
  );
  s.clock.advance(2 * days);
  await sweep(s.deps);
  const isExpiry = and(eq(events.organizationId, org.id), eq(events.type, 'waiver.expired'));
  const ended = await s.deps.db.select({ id: events.subjectId }).from(events).where(isExpiry);
  expect(ended).toEqual([{ id: good }]);
  expect(s.failed).toContainEqual(['sweep.row_failed', bad]);
});

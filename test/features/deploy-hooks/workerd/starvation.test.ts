// Tests that pushes that fail in every sweep don't delay other pushes, even if there are as many as one sweep handles.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sweepLimits } from '../../../../src/contract/limits/leases.ts';
import { sweepDeployHooks } from '../../../../src/features/deploy-hooks/sweep.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';
import { deployHook } from '../scenes/deploy-hooks.ts';

const run = (statement: string) => env.DB.prepare(statement).run();

async function scene() {
  const clock = clockAt(Date.now());
  const { deps, fetch } = testApp({ clock, queues: losingQueues().queues });
  return { clock, deps, org: await organization({ fetch }) };
}

test("the oldest ended pushes, which can't be settled, do not block the next push", async () => {
  const { clock, deps, org } = await scene();
  const version = await publish(org, plugin({ realtime: true }));
  await org.post(`${org.plugins}/${version.plugin_id}/deploy`);
  await run(`update deployments set status = 'failed', error = 'it broke'`);
  const target = { kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId };
  const { id } = await deployHook(org, {
    ...target,
    provider: 'github',
    repository: 'https://github.com/acme/plugins',
  });
  const old = clock.now() - 3_600_000;
  await run(`insert into pushes (id, hook_id, organization_id, delivery_key, event, status, attempts, next_at, report_attempts, created_at, updated_at, deployment_id)
    values ('${deps.ids('push')}', '${id}', '${org.id}', 'good', 'push', 'deploying', 0, ${old}, 0, ${old}, ${old}, (select id from deployments))`);
  const bad = { delivery_key: "'bad-' || i", updated_at: String(old - 1) };
  await copyRow('pushes', { from: 1, times: sweepLimits.changedByMany }, bad);
  await run(
    `create trigger refuse_bad before update of status on pushes when old.delivery_key like 'bad-%' begin select raise(abort, 'bad row'); end`,
  );
  const ended = async () => (await run(`select delivery_key as "key" from pushes where ended_at is not null`)).results;
  await sweepDeployHooks(deps);
  expect(await ended()).toEqual([]);
  await sweepDeployHooks(deps);
  expect(await ended()).toEqual([{ key: 'good' }]);
});

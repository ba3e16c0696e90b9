// Tests that the sweep reads and sends a bounded amount when a thousand pushes or deleted hooks are due at the same time (design §9a).
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { deployHooks } from '../../../../src/contract/features/deploy-hooks/limits.ts';
import { sweepDeployHooks } from '../../../../src/features/deploy-hooks/sweep.ts';
import { countRows } from '../../../support/database/d1-rows.ts';
import { copyRow } from '../../../support/database/many-rows.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { costOf, due, dueScene as scene } from '../../../support/scenes/due-scene.ts';
import { deployHook } from '../scenes/deploy-hooks.ts';

countRows(env.DB);

/** Creates a hook with a thousand pushes in this state. */
async function pushesOf(world: Awaited<ReturnType<typeof scene>>, fields: Record<string, string>): Promise<void> {
  const { deps, old, org, run } = world;
  await run('delete from pushes');
  await run('delete from deploy_hooks');
  await publish(org, plugin());
  const target = { kind: 'extractor', plugin: 'hello_ext', namespace_id: org.namespaceId };
  const { id } = await deployHook(org, {
    ...target,
    provider: 'github',
    repository: 'https://github.com/acme/plugins',
  });
  await run(`insert into pushes (id, hook_id, organization_id, delivery_key, event, status, attempts, next_at, report_attempts, created_at, updated_at)
    values ('${deps.ids('push')}', '${id}', '${org.id}', 'first', 'push', 'queued', 0, ${old}, 0, ${old}, ${old})`);
  await copyRow('pushes', due, { delivery_key: "'delivery-' || i", ...fields });
}

test('a thousand pushes waiting for one hook become one message', async () => {
  const world = await scene();
  await pushesOf(world, {});
  expect(await env.DB.prepare(`select count(*) as waiting from pushes where status = 'queued'`).first()).toEqual({
    waiting: 1001,
  });
  const { rows, messages } = await costOf(world, sweepDeployHooks);
  expect(messages).toBe(1);
  expect(rows).toBeLessThanOrEqual(1000);
});

test("one sweep reports the states of an organization's share of a thousand pushes", async () => {
  const world = await scene();
  await pushesOf(world, { status: "'failed'", ended_at: String(world.deps.clock.now()), report_at: world.old });
  const { rows, messages } = await costOf(world, sweepDeployHooks);
  expect(messages).toBe(deployHooks.reportsPerOrganization + 1);
  expect(rows).toBeLessThanOrEqual(1000);
});

test('one sweep removes five hundred of a thousand deleted hooks', async () => {
  const world = await scene();
  await pushesOf(world, { ended_at: world.old });
  await copyRow('deploy_hooks', due, { deleted_at: world.old });
  await sweepDeployHooks(world.deps);
  expect(
    await env.DB.prepare('select count(*) as left from deploy_hooks where deleted_at is not null').first(),
  ).toEqual({
    left: 500,
  });
});

// Tests that the sweep reads and sends a bounded amount when a thousand rescans, agent artifacts, secrets, pushes and deleted
// namespaces are due at the same time (design §9a).
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { artifactFetch } from '../../src/contract/limits/artifacts.ts';
import { deployHooks } from '../../src/contract/limits/deploy-hooks.ts';
import type { Deps } from '../../src/deps.ts';
import { sweepDeployHooks } from '../../src/hooks/sweep.ts';
import { sweepAgentArtifacts } from '../../src/registry/agents/verification.ts';
import { emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { sweepSecrets } from '../../src/rollouts/secret-restarts.ts';
import { rescan } from '../../src/scan-host/rescan.ts';
import { sweepRescans } from '../../src/scan-host/rescans.ts';
import { countedRows, countRows, noRows } from '../support/database/d1-rows.ts';
import { copyRow } from '../support/database/many-rows.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { agents, registration } from '../support/plugins/agents.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { deployHook } from '../support/scenes/deploy-hooks.ts';
import { namespaceIn, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

countRows(env.DB);

const due = { from: 1, times: 1000 };

async function scene() {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const { deps, fetch } = testApp({ clock, queues });
  const org = await organization({ fetch });
  const old = String(clock.now() - 3_600_000);
  const run = (statement: string) => env.DB.prepare(statement).run();
  return { deps, org, old, run, sent };
}

/** Returns the number of rows that the step reads, and the messages that it sends. */
async function costOf(
  { deps, sent }: Awaited<ReturnType<typeof scene>>,
  step: (deps: Deps) => Promise<unknown>,
): Promise<{ rows: number; messages: number }> {
  const counts = noRows();
  const before = sent.length;
  await countedRows(counts, () => step(deps));
  return { rows: counts.read, messages: sent.length - before };
}

test('the outdated verdicts and rescans of a thousand plugins become one message', async () => {
  const world = await scene();
  await publish(world.org, plugin());
  await copyRow('plugin_versions', due, { patch: 'i', judged_policy: '1' });
  await world.run(`insert into rescans select organization_id, 'plugin_' || patch, '', '', 1 from plugin_versions`);
  const { rows, messages } = await costOf(world, sweepRescans);
  expect(messages).toBe(1);
  expect(rows).toBeLessThanOrEqual(100);
  const walks = await env.DB.prepare(`select organization_id as id, remaining from rescans where plugin = ''`).all();
  expect(walks.results).toEqual([{ id: world.org.id, remaining: 1001 }]);
});

test('a message processes three thousand of four thousand versions that are due for a rescan', async () => {
  const world = await scene();
  await world.run('delete from rescans');
  await publish(world.org, plugin({ name: 'walked_ext' }));
  await copyRow('plugin_versions', { from: 10_001, times: 4000 }, { patch: 'i', organization_id: `'${world.org.id}'` });
  await world.run(`insert into rescans values ('${world.org.id}', '', '', '', 4000)`);
  await rescan(world.deps, world.org.id);
  const behind = `select count(*) as walked from rescans r, plugin_versions v
    where r.organization_id = '${world.org.id}' and v.organization_id = r.organization_id
      and (v.name, v.id) <= (r.after_name, r.after_id)`;
  expect(await env.DB.prepare(behind).first()).toEqual({ walked: 3000 });
});

test("only an organization's share of a thousand due agent artifacts is verified in one sweep", async () => {
  const world = await scene();
  expect((await world.org.post(agents, registration())).status).toBe(200);
  await copyRow('agent_artifacts', due, {
    version: "'1.0.' || i",
    verification: "'pending'",
    next_check_at: world.old,
  });
  const { rows, messages } = await costOf(world, sweepAgentArtifacts);
  expect(messages).toBe(artifactFetch.perOrganizationAtOnce);
  expect(rows).toBeLessThanOrEqual(300);
});

test('a thousand changed secrets in one namespace become one message', async () => {
  const world = await scene();
  const { org, old } = world;
  expect((await org.put(`/v1/namespaces/${org.namespaceId}/secrets/TOKEN`, { value: 'a value' })).status).toBe(200);
  await copyRow('secrets', due, { name: "'TOKEN_' || i", restart_due: '1', updated_at: old });
  const { rows, messages } = await costOf(world, sweepSecrets);
  expect(messages).toBe(1);
  expect(rows).toBeLessThanOrEqual(300);
});

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

test('one sweep empties a hundred of a thousand deleted namespaces', async () => {
  const world = await scene();
  await namespaceIn(world.org, 'first');
  const longAgo = String(world.deps.clock.now() - 30 * 86_400_000);
  await copyRow('namespaces', due, { name: "'copy-' || i", deleted_at: longAgo, emptied_at: 'null' });
  const { rows } = await costOf(world, emptyDeletedNamespaces);
  expect(rows).toBeLessThanOrEqual(2500);
  expect(
    await env.DB.prepare('select count(*) as emptied from namespaces where emptied_at is not null').first(),
  ).toEqual({ emptied: 100 });
});

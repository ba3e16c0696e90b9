// Tests that the sweep reads and sends a bounded amount when a thousand rescans or deleted namespaces are
// due at the same time (design §9a).
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { rescan } from '../../src/scan-host/rescan.ts';
import { sweepRescans } from '../../src/scan-host/rescans.ts';
import { countRows } from '../support/database/d1-rows.ts';
import { copyRow } from '../support/database/many-rows.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { costOf, due, dueScene as scene } from '../support/scenes/due-scene.ts';
import { namespaceIn } from '../support/scenes/organization.ts';

countRows(env.DB);

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

test('one sweep empties a hundred of a thousand deleted namespaces', async () => {
  const world = await scene();
  await namespaceIn(world.org, 'first');
  const longAgo = String(world.deps.clock.now() - 30 * 86_400_000);
  await copyRow('namespaces', due, { name: "'copy-' || i", deleted_at: longAgo, emptied_at: 'null' });
  const { rows } = await costOf(world, emptyDeletedNamespaces);
  expect(rows).toBeLessThanOrEqual(2700);
  expect(
    await env.DB.prepare('select count(*) as emptied from namespaces where emptied_at is not null').first(),
  ).toEqual({ emptied: 100 });
});

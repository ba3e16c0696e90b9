// Tests that rows that fail in every sweep don't delay other rows, even if there are as many as one sweep handles.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { pickSome } from '../../src/events/send-all.ts';
import { emptyDeletedNamespaces } from '../../src/retirement/removal.ts';
import { copyRow } from '../support/database/many-rows.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { namespaceIn, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

const run = (statement: string) => env.DB.prepare(statement).run();

async function scene() {
  const clock = clockAt(Date.now());
  const { deps, fetch } = testApp({ clock, queues: losingQueues().queues });
  return { clock, deps, org: await organization({ fetch }) };
}

test('every due row may be skipped, and the rows that are picked keep their order', () => {
  const rows = ['a', 'b', 'c'];
  const picks = [0, 0.4, 0.99].map((random) => pickSome(rows, 2, () => random));
  expect(picks).toEqual([
    ['b', 'c'],
    ['a', 'c'],
    ['a', 'b'],
  ]);
  expect(pickSome(rows, 10)).toEqual(rows);
});

test('a deleted namespace with a version that cannot be removed does not block another namespace', async () => {
  const { clock, deps, org } = await scene();
  await publish(org, plugin());
  const [bad, good] = [await namespaceIn(org, 'bad'), await namespaceIn(org, 'good')];
  await copyRow('plugin_versions', { from: 1, times: 1 }, { owner_id: `'${bad}'`, manifest: "'no json'" });
  await run(`update namespaces set deleted_at = ${clock.now() - 30 * 86_400_000} where id in ('${bad}', '${good}')`);
  await emptyDeletedNamespaces(deps);
  const { results } = await run('select id from namespaces where emptied_at is not null');
  expect(results).toEqual([{ id: good }]);
});

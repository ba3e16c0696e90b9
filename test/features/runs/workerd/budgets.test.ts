// Tests that spent budgets refuse runs.
import { expect, test } from 'vitest';
import { sweepBudgets } from '../../../../src/organizations/budget-check.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { countAwakeTime } from '../../../../src/traffic/usage.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

/** Returns an organization with a live plugin. */
async function budgeted() {
  const clock = clockAt(Date.parse('2026-11-10T12:00:00Z'));
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  const { plugin_id } = await publish(org, plugin({ realtime: true }));
  const { deployment_id: id } = Object((await org.post(`${org.plugins}/${plugin_id}/deploy`)).body);
  await advanceDeployment(app.deps, id);
  return {
    ...app,
    clock,
    id: String(id),
    org,
    run: () => org.post(`${org.plugins}/${plugin_id}/runs`, { input: { rows: [{}] } }),
  };
}

test('a spent budget of instance seconds refuses runs', async () => {
  const { clock, deps, id, org, run, settled } = await budgeted();
  await org.put('/v1/budget', { instance_seconds: 10, on_exceeded: 'refuse' });
  const stay = { id, started_at: 1, awake_ms: 10_000, ended_ms_ago: 0 };
  await countAwakeTime(deps, { awake: async ({ counted }) => (counted.length > 0 ? [] : [stay]) }, 0);
  await settled();
  clock.advance(120_000);
  await sweepBudgets(deps);
  expect(await run()).toMatchObject({
    status: 403,
    body: {
      error: { type: 'BudgetExceededError', details: { resource: 'instance_seconds', limit: 10, month: '2026-11' } },
    },
  });
});

test("a namespace's stored bytes that are spent refuse runs", async () => {
  const { org, run } = await budgeted();
  await org.put(`/v1/namespaces/${org.namespaceId}/budget`, { stored_bytes: 1, on_exceeded: 'refuse' });
  expect(await run()).toMatchObject({
    status: 403,
    body: { error: { details: { resource: 'stored_bytes', limit: 1 } } },
  });
});

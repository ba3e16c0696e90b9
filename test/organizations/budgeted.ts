// An organization with a live plugin, whose calls and seconds the tests spend.
import type { AwakeInstance } from '../../src/contract/builder/machine/reports.ts';
import { sweepBudgets } from '../../src/organizations/budget-check.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { countAwakeTime } from '../../src/traffic/usage.ts';
import { clockAt, type TestApp, testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

export const minute = 60_000;

export interface Budgeted extends TestApp {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  deploymentId: string;
  call(): Promise<{ status: number; body: unknown }>;
  /** Counts time that the plugin's instance was awake, and compares the budgets. */
  spendSeconds(seconds: number): Promise<void>;
  /** Writes what calls counted, and compares the budgets. */
  check(): Promise<void>;
}

let stays = 0;

/** An organization with a live plugin, whose calls are written at once. */
export async function budgeted(at = '2026-11-10T12:00:00Z'): Promise<Budgeted> {
  const clock = clockAt(Date.parse(at));
  const app = testApp({ clock, queues: losingQueues().queues }, { countCallsMs: 1 });
  const org = await organization({ fetch: app.fetch });
  const { plugin_id } = await publish(org, plugin({ realtime: true }));
  const deployed = await org.post(`${org.plugins}/${plugin_id}/deploy`);
  const deploymentId = String(Object(deployed.body).deployment_id);
  await advanceDeployment(app.deps, Object(deployed.body).deployment_id);
  const check = async () => {
    await app.settled();
    clock.advance(2 * minute);
    await sweepBudgets(app.deps);
  };
  return {
    ...app,
    clock,
    org,
    deploymentId,
    check,
    call: () => org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} }),
    spendSeconds: async (seconds) => {
      const stay = { id: deploymentId, started_at: stays++, awake_ms: seconds * 1000, ended_ms_ago: 0 };
      await countAwakeTime(app.deps, { awake: reporting([stay]) }, 0);
      await check();
    },
  };
}

export function reporting(stays: AwakeInstance[]) {
  return async ({ counted }: { counted: AwakeInstance[] }) => (counted.length > 0 ? [] : stays);
}

export const limits = { instance_seconds: null, calls: null, stored_bytes: null };

export async function reached({ org }: Budgeted) {
  const found = (await eventsOf(org)).filter(({ type }) => type === 'budget.reached');
  return found.map(({ data }) => `${data.resource} ${data.percent}`);
}

// Counts a plugin's calls and downloads by the day.
import { expect } from 'vitest';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt, type TestApp, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

export const start = Date.parse('2026-11-20T23:30:00Z');

interface Counted extends TestApp {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  /** Calls the plugin with a key, by default the organization's, and waits until that is written. */
  call(key?: string, by?: TestApp): Promise<void>;
  counts(query?: string, key?: string): Promise<Record<string, unknown>>;
  /** Returns the counted days that aren't zero. */
  days(query?: string): Promise<unknown[]>;
}

export const isolate = (clock: ReturnType<typeof clockAt>) =>
  testApp({ clock, queues: losingQueues().queues }, { countCallsMs: 0 });

export async function live(org: Organization, app: TestApp, name = 'hello_ext'): Promise<void> {
  const version = await publish(org, plugin({ name, realtime: true }));
  const { body } = await org.post(`${org.plugins}/${version.plugin_id}/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
}

export async function counted(): Promise<Counted> {
  const clock = clockAt(start);
  const app = isolate(clock);
  const org = await organization({ fetch: app.fetch });
  await live(org, app);
  const counts: Counted['counts'] = async (query = '', key = org.key) => {
    const { body } = await clientOf(`Bearer ${key}`, app.fetch).get(`${org.plugins}/by-name/hello_ext/counts${query}`);
    return Object(body);
  };
  return {
    ...app,
    org,
    clock,
    call: async (key = org.key, by = app) => {
      const client = clientOf(`Bearer ${key}`, by.fetch);
      expect((await client.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} })).status).toBe(200);
      await by.settled();
    },
    counts,
    days: async (query) =>
      Object(await counts(query)).days.filter((day: object) => Object.values(day).some((value) => Number(value) > 0)),
  };
}

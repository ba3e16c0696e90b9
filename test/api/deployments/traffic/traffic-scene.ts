// Counts calls of a live plugin.
import { expect } from 'vitest';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { clockAt, type TestApp, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const start = Date.parse('2026-11-20T12:30:00Z');

/** Fails if the input asks it to. */
export const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        if inputs.get("fail"):
            raise ValueError("asked to")
        return {}
`;

interface Called extends TestApp {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  call(body?: object, path?: string): Promise<unknown>;
  traffic(query?: string): Promise<Record<string, unknown>>;
}

export async function publishLive(app: TestApp, org: Organization, version: string): Promise<void> {
  await publish(org, plugin({ version, files: { 'realtime.py': realtime } }));
  const { body } = await org.post(`${org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
}

export async function liveApp(countCallsMs?: number): Promise<Called> {
  const clock = clockAt(start);
  const app = testApp({ clock, queues: losingQueues().queues }, countCallsMs === undefined ? {} : { countCallsMs });
  const org = await organization({ fetch: app.fetch });
  await publishLive(app, org, '1.0.0');
  return {
    ...app,
    clock,
    org,
    call: async (inputs = {}, path = '/by-name/hello_ext/realtime') =>
      (await org.post(`${org.plugins}${path}`, { inputs })).status,
    traffic: async (query = '') => Object((await org.get(`${org.plugins}/by-name/hello_ext/traffic${query}`)).body),
  };
}

/** Slipway checks answers shortly after the response. */
export const none = {
  invalid_inputs: 0,
  p50_ms: expect.any(Number),
  p95_ms: expect.any(Number),
  checked: expect.any(Number),
  mismatched: 0,
  batches: null,
};

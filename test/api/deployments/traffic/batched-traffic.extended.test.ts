// Tests that traffic shows the mean size and wait of the batches in which calls ran, also if several isolates or releases counted them.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { BatchFacts } from '../../../../src/contract/traffic.ts';
import { countToNumbers, emptyCount } from '../../../../src/contract/traffic.ts';
import { database } from '../../../../src/db/client.ts';
import { plugins } from '../../../../src/db/schema/registry.ts';
import { callCounts } from '../../../../src/db/schema/traffic.ts';
import type { Deps } from '../../../../src/deps.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt, type TestApp, testApp } from '../../../support/deps.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const start = Date.parse('2026-11-20T12:30:00Z');

const realtime = `class EchoInferenceService:
    def run_inference(self, inputs, parameters):
        return inputs

    def run_many(self, inputs, parameters):
        return inputs
`;
const batched = {
  'manifest.py': manifest({ name: 'hello_ext', version: '1.1.0', extra: 'serve_config = {"batching": {}}' }),
  'realtime.py': realtime,
};

/** Starts an isolate. Its builder runs each call in the given batch, if there is one. */
function isolate(batch?: BatchFacts): TestApp {
  const { builder } = testApp().deps;
  const inBatch: Deps['builder'] = {
    ...builder,
    call: (id, body, options = {}) => {
      if (batch) options.onBatch?.(batch);
      return builder.call(id, body, options);
    },
  };
  return testApp({ clock: clockAt(start), queues: losingQueues().queues, builder: inBatch }, { countCallsMs: 0 });
}

async function publishLive(app: TestApp, org: Organization, options: Parameters<typeof plugin>[0]): Promise<void> {
  const { plugin_id: id } = await publish(org, plugin(options));
  const { body } = await org.post(`${org.plugins}/${id}/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
}

async function call(app: TestApp, org: Organization): Promise<void> {
  const caller = clientOf(`Bearer ${org.key}`, app.fetch);
  expect((await caller.post(`${org.plugins}/by-name/hello_ext/realtime`, {})).status).toBe(200);
  await app.settled();
}

async function trafficIn(org: Organization, query = '') {
  return (await org.get(`${org.plugins}/by-name/hello_ext/traffic${query}`)).body;
}

test('calls of a version with batching have a mean batch size and wait, and those of other versions have none', async () => {
  const app = isolate();
  const org = await organization({ fetch: app.fetch });
  await publishLive(app, org, { version: '1.0.0', realtime: true });
  await call(app, org);
  await publishLive(app, org, { version: '1.1.0', files: batched });
  await call(app, org);
  await call(app, org);
  const batches = { mean_size: 1, mean_wait_ms: expect.any(Number) };
  expect(await trafficIn(org)).toMatchObject({
    total: { calls: 3, batches },
    by_version: [
      { version: '1.1.0', calls: 2, batches },
      { version: '1.0.0', calls: 1, batches: null },
    ],
    by_time: [
      { version: '1.1.0', batches },
      { version: '1.0.0', batches: null },
    ],
  });
});

test.each(['hour', 'minute'])('a batch whose calls several isolates count is one batch of the %s', async (step) => {
  const app = isolate({ size: 2, waitedMs: 10 });
  const org = await organization({ fetch: app.fetch });
  await publishLive(app, org, { realtime: true });
  await call(app, org);
  await call(isolate({ size: 2, waitedMs: 35 }), org);
  expect(await trafficIn(org, `?step=${step}`)).toMatchObject({
    by_time: [{ calls: 2, batches: { mean_size: 2, mean_wait_ms: 22.5 } }],
  });
});

test('batches are added to an hour that an earlier release began to count', async () => {
  const app = isolate({ size: 4, waitedMs: 8 });
  const org = await organization({ fetch: app.fetch });
  await publishLive(app, org, { realtime: true });
  const db = database(env.DB);
  const [found] = await db.select({ id: plugins.id }).from(plugins).where(eq(plugins.organizationId, org.id));
  const { batchedCalls: _, batchMillionths: __, batchWaitMs: ___, ...counted } = emptyCount();
  const latencies = counted.latencies.with(3, 5);
  await db.insert(callCounts).values({
    ...{ namespaceId: org.namespaceId, pluginId: found?.id ?? 'plg_none', at: Date.parse('2026-11-20T12:00:00Z') },
    ...{ ...counted, calls: 5, errors: 1, latencies, version: '1.0.0', hasMinutes: true },
    minutes: { 30: countToNumbers({ ...emptyCount(), calls: 5, errors: 1, latencies }).slice(0, -3) },
  });
  await call(app, org);
  const count = { calls: 6, errors: 1, p50_ms: 6, batches: { mean_size: 4, mean_wait_ms: 8 } };
  expect(await trafficIn(org)).toMatchObject({ by_time: [count] });
  expect(await trafficIn(org, '?step=minute')).toMatchObject({ by_time: [count] });
});

// Tests that a call, a publish and a deployment through everything that `npm start` starts are one trace each: the caller's span, then
// the Worker's span, then the builder's span. A call's plugin continues the builder's span.
// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExtractorClient, waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../scripts/demo/pack.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { parseTraceparent } from '../../src/core/trace-context.ts';
import { OtlpCollector } from '../otlp-collector.ts';
import { patienceMs, waitFor } from '../support/waiting.ts';
import { echoPlugin, publish } from './plugins.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from './slipway.ts';

const metricsToken = 'only-for-metrics-token';
const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const realtime = `from slipway import context


class RealtimeHandler:
    def predict(self, request):
        return {"trace": context.traceparent}
`;
const plugin = (() => {
  const echo = echoPlugin('traced', '1.0.0');
  return { ...echo, files: { ...echo.files, 'realtime.py': realtime } };
})();

let collector: OtlpCollector;
let state: string;
let slipway: Slipway;
let local: Local;
beforeAll(async () => {
  collector = await OtlpCollector.start();
  state = await newStateFolder();
  slipway = await startSlipway(state, { env: { OTLP_URL: collector.url, METRICS_TOKEN: metricsToken } });
  local = await slipway.ready();
  const client = new ExtractorClient(local);
  await publish(client, plugin);
  await client.deploy(plugin.pluginId);
  expect(await waitUntilSettled(client, plugin.pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });
});
afterAll(async () => {
  await slipway.stop();
  await removeState(state);
  collector.close();
});

test('a call is one complete trace in a collector that accepts only OTLP', async () => {
  const path = `/v1/namespaces/${local.namespace_id}/plugins/by-name/traced/realtime`;
  const response = await fetch(`${slipway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.api_key}`, traceparent: `00-${traceId}-${spanId}-01` },
    body: '{"inputs":{}}',
  });
  const answer: unknown = await response.json();
  const ofTrace = () => collector.spans.filter((span) => span.traceId === traceId);
  await waitFor(async () => expect(ofTrace()).toHaveLength(2));
  const [worker, builder] = ofTrace().sort((one, other) => (one.service < other.service ? -1 : 1));
  expect(worker).toMatchObject({
    service: 'slipway',
    parentSpanId: spanId,
    name: 'POST /v1/namespaces/:namespace_id/plugins/by-name/:slug/realtime',
  });
  expect(builder).toMatchObject({ service: 'slipway-builder', parentSpanId: worker?.spanId, name: 'call traced' });
  const [, shown] = /traceparent;desc="([^"]+)"/.exec(response.headers.get('server-timing') ?? '') ?? [];
  expect(parseTraceparent(shown)?.spanId).toBe(worker?.spanId);
  const found = JSON.stringify(answer).match(/00-[0-9a-f-]{52}/)?.[0];
  expect(parseTraceparent(found)).toEqual({ traceId, spanId: builder?.spanId, sampled: true });
  expect(collector.refused).toEqual([]);
});

test('the metrics token of npm start grants access to the metrics, and nothing else', async () => {
  const headers = { authorization: `Bearer ${metricsToken}` };
  const statuses = ['/metrics', '/v1/keys/self', '/v1/admin/organizations'].map(
    async (path) => (await fetch(`${slipway.url}${path}`, { headers })).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 401, 401]);
});

test('a publish and its deployment are one complete trace, through the queue and the builder', async () => {
  const ofPublish = 'f'.repeat(32);
  const ask = (path: string, body: object = {}) =>
    fetch(`${slipway.url}/v1/namespaces/${local.namespace_id}/plugins/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${local.api_key}`, traceparent: `00-${ofPublish}-${spanId}-01` },
      body: JSON.stringify(body),
    });
  const ok = { key: 'http.response.status_code', value: { intValue: '200' } };
  const client = new ExtractorClient(local);
  const { files, name, pluginId, version } = { ...plugin, ...echoPlugin('followed', '1.0.0') };
  const archive = await packFiles(files);
  const { presigned_url, upload_id } = await client.requestUpload(name, version, archive.length);
  const etag = await client.putArchive(presigned_url, archive);
  expect((await ask(`uploads/${upload_id}/confirm`, { etag, file_size_bytes: archive.length })).ok).toBe(true);
  expect((await ask(`${pluginId}/deploy`)).ok).toBe(true);
  expect(await waitUntilSettled(client, pluginId, patienceMs)).toMatchObject({ status: 'DEPLOYED' });

  const spans = () => collector.spans.filter((span) => span.traceId === ofPublish);
  const named = (service: string) => [
    ...new Set(spans().flatMap((span) => (span.service === service ? span.name : []))),
  ];
  await waitFor(async () =>
    expect(named('slipway')).toEqual(
      expect.arrayContaining(['publish', 'scan', 'store', 'deploy', 'start', 'verify', 'promote']),
    ),
  );
  const started = { name: 'PUT /instances/:id', service: 'slipway-builder', attributes: expect.arrayContaining([ok]) };
  await waitFor(async () => expect(spans()).toContainEqual(expect.objectContaining(started)));
  const known = new Set([spanId, ...spans().map((span) => span.spanId)]);
  expect(spans().filter(({ parentSpanId }) => !known.has(parentSpanId ?? ''))).toEqual([]);
  expect(collector.refused).toEqual([]);
});

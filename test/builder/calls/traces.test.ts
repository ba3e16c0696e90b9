// Tests a call's trace: the plugin finds it, and a collector, if there is one, gets the builder's span. Calls wait for neither.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { parseTraceparent } from '../../../src/core/trace-context.ts';
import { OtlpCollector } from '../../otlp-collector.ts';
import { eventually, handler, TestBuilder } from '../support.ts';

const body = '{"inputs":{},"parameters":{}}';
const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const sampled = `00-${traceId}-${spanId}-01`;
const traced = handler(
  'def predict(self, request):\n    return {"trace": context.traceparent}',
  'from slipway import context',
);

let collector: OtlpCollector;
let builder: TestBuilder;
let plain: TestBuilder;

beforeAll(async () => {
  collector = await OtlpCollector.start();
  [builder, plain] = await Promise.all([TestBuilder.start({ env: { OTLP_URL: collector.url } }), TestBuilder.start()]);
});
afterAll(async () => {
  await Promise.all([builder.close(), plain.close()]);
  collector.close();
});

/** Returns the trace that the plugin finds. */
async function traceOf(of: TestBuilder, id: string, traceparent?: string): Promise<string | null> {
  const headers = { 'slipway-request': 'req_1', ...(traceparent === undefined ? {} : { traceparent }) };
  const response = await of.fetch(`/instances/${id}/invoke`, { method: 'POST', body, headers });
  return JSON.parse(await response.text()).result.trace;
}

test("a plugin on a builder without a collector finds the caller's trace, and none if it is missing or invalid", async () => {
  const id = await plain.run(traced);
  expect(await traceOf(plain, id, sampled)).toBe(sampled);
  expect(await traceOf(plain, id)).toBeNull();
  expect(await traceOf(plain, id, '00-nonsense')).toBeNull();
});

test("a plugin continues the builder's span, which the collector receives", async () => {
  const id = await builder.run(traced);
  const found = parseTraceparent(await traceOf(builder, id, sampled));
  expect(found).toMatchObject({ traceId, sampled: true });
  await eventually(() => collector.spans).toHaveLength(1);
  const [span] = collector.spans;
  expect(span).toMatchObject({
    ...{ service: 'slipway-builder', traceId, parentSpanId: spanId, spanId: found?.spanId, status: {} },
    attributes: expect.arrayContaining([
      { key: 'slipway.request_id', value: { stringValue: 'req_1' } },
      { key: 'slipway.deployment', value: { stringValue: id } },
    ]),
  });
  expect(collector.refused).toEqual([]);
});

test('a Worker request in a trace is recorded as a span, which is named after its route and lasts until the response ends', async () => {
  const id = await builder.run(traced);
  const [before, sent] = [collector.spans.length, { headers: { traceparent: sampled } }];
  await (await builder.fetch(`/instances/${id}`, sent)).text();
  await (await builder.fetch('/health', sent)).text();
  await (await builder.fetch(`/instances/${id}`)).text();
  await eventually(() => collector.spans.length).toBe(before + 2);
  const [status, health] = collector.spans.slice(before);
  expect(status).toMatchObject({
    ...{ traceId, parentSpanId: spanId, name: 'GET /instances/:id', kind: 2, status: {} },
    attributes: expect.arrayContaining([{ key: 'slipway.deployment', value: { stringValue: id } }]),
  });
  expect(health).toMatchObject({ name: 'GET /health' });
  expect(collector.refused).toEqual([]);
});

test('a trace that its caller does not want recorded is only passed on', async () => {
  const id = await builder.run(traced);
  const unwanted = `00-${traceId}-${spanId}-00`;
  const before = collector.spans.length;
  expect(await traceOf(builder, id, unwanted)).toBe(unwanted);
  await traceOf(builder, id, sampled);
  await eventually(() => collector.spans.length).toBe(before + 1);
});

test('calls are answered while the collector hangs', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = z.object({ port: z.int() }).parse(silent.address());
  const beside = await TestBuilder.start({ env: { OTLP_URL: `http://127.0.0.1:${port}/v1/traces` } });
  const id = await beside.run(traced);
  const asked = once(silent, 'connection');
  expect(await traceOf(beside, id, sampled)).toContain(traceId);
  await asked;
  for (let i = 0; i < 20; i++) expect(await traceOf(beside, id, sampled)).toContain(traceId);
  silent.close();
  for (const socket of sockets) socket.destroy();
  await beside.close();
});

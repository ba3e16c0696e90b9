// Tests a call's trace: the plugin finds it, and a collector gets the builder's span.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseTraceparent } from '../../../src/core/trace-context.ts';
import { OtlpCollector } from '../../otlp-collector.ts';
import { eventually, TestBuilder } from '../support.ts';
import { sampled, spanId, traced, traceId, traceOf } from './traced.ts';

let collector: OtlpCollector;
let builder: TestBuilder;

beforeAll(async () => {
  collector = await OtlpCollector.start();
  builder = await TestBuilder.start({ env: { OTLP_URL: collector.url } });
});
afterAll(async () => {
  await builder.close();
  collector.close();
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

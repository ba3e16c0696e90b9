// Tests which spans are sent, and what happens if a collector rejects them.
import { expect, test } from 'vitest';
import { type Span, SpanBuffer, sendSpans, toOtlp } from '../../src/core/spans.ts';
import { otlpModel } from '../support/otlp.ts';

const span: Span = {
  trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true },
  parentId: '00f067aa0ba902b7',
  name: 'GET /v1/keys/self',
  kind: 'server',
  beganAt: 1_763_640_000_000.25,
  endedAt: 1_763_640_000_012,
  attributes: { 'http.response.status_code': 200, 'slipway.request_id': 'req_1', 'slipway.organization': undefined },
  failed: false,
};

function bufferOf(count: number, of: Span = span): SpanBuffer {
  const buffer = new SpanBuffer();
  for (let i = 0; i < count; i++) buffer.add(of);
  return buffer;
}

test('spans have the OTLP format', () => {
  const body = toOtlp('slipway', [span, { ...span, parentId: null, failed: true }]);
  expect(otlpModel.parse(JSON.parse(JSON.stringify(body)))).toEqual(body);
  expect(body).toMatchObject({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'slipway' } }] },
        scopeSpans: [
          {
            spans: [
              {
                ...{
                  traceId: span.trace.traceId,
                  spanId: span.trace.spanId,
                  parentSpanId: '00f067aa0ba902b7',
                  kind: 2,
                },
                ...{ startTimeUnixNano: '1763640000000250000', endTimeUnixNano: '1763640000012000000', status: {} },
                attributes: [
                  { key: 'http.response.status_code', value: { intValue: '200' } },
                  { key: 'slipway.request_id', value: { stringValue: 'req_1' } },
                ],
              },
              { status: { code: 2 } },
            ],
          },
        ],
      },
    ],
  });
  expect(JSON.stringify(body).match(/parentSpanId/g)).toHaveLength(1);
});

test('a span is not kept if the caller does not want its trace recorded', () => {
  expect(bufferOf(1, { ...span, trace: { ...span.trace, sampled: false } }).isEmpty).toBe(true);
});

test('spans beyond the limit are dropped and counted, and the others are sent in batches', async () => {
  const bodies: string[] = [];
  const sent = await sendSpans(bufferOf(3000), 'slipway', async (body) => {
    bodies.push(body);
    return new Response();
  });
  expect(sent).toEqual({ lost: 3000 - 2048 });
  expect(bodies.map((body) => body.split('"spanId"').length - 1)).toEqual([512, 512, 512, 512]);
});

test.each([
  ['refuses', async () => new Response(null, { status: 503 })],
  ['is gone', () => Promise.reject(new TypeError('connection refused'))],
])('spans are the only loss when the collector %s', async (_, post) => {
  const buffer = bufferOf(2);
  expect(await sendSpans(buffer, 'slipway', post)).toEqual({ lost: 2, cause: expect.any(Error) });
  expect(buffer.isEmpty).toBe(true);
});

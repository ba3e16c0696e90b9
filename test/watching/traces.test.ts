// Tests that a trace continues from the caller through the Worker to the plugin and back, both directly and through the queue.
import { expect, test } from 'vitest';
import type { Span } from '../../src/core/spans.ts';
import { parseTraceparent } from '../../src/core/trace-context.ts';
import { spanExport, tracingTo } from '../../src/watching/span-export.ts';
import { clientOf } from '../support/client.ts';
import { type TestApp, testApp } from '../support/deps.ts';
import { adminAuthorization } from '../support/scenes/organization.ts';

const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
const traceparent = `00-${traceId}-${spanId}-01`;
const path = '/v1/admin/organizations';

function recording(begins = () => true) {
  const spans: Span[] = [];
  const builderIn = () => app.deps.builder;
  const app: TestApp = testApp({ tracing: { record: (span) => void spans.push(span), begins, builderIn } });
  const ask = (headers: Record<string, string>, at = path) =>
    clientOf(adminAuthorization, app.fetch).send('GET', at, { headers });
  return { spans, ask };
}

/** Returns the trace of an answer. */
function answered(headers: Headers) {
  const [, text] = /^traceparent;desc="([^"]+)", total;dur=\d+$/.exec(headers.get('server-timing') ?? '') ?? [];
  return parseTraceparent(text);
}

test("an answer names its request's span, whose parent is the caller's span", async () => {
  const { ask, spans } = recording();
  const { headers } = await ask({ traceparent });
  const [span] = spans;
  expect(answered(headers)).toEqual(span?.trace);
  expect(span).toMatchObject({
    ...{ trace: { traceId, sampled: true }, parentId: spanId, failed: false, name: `GET ${path}` },
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'slipway.request_id': headers.get('slipway-request-id'),
    },
  });
});

test('a request without a trace starts a trace if there is a collector, and has none otherwise', async () => {
  const { ask, spans } = recording();
  expect(answered((await ask({})).headers)).toMatchObject({ sampled: true });
  expect(spans).toMatchObject([{ parentId: null }]);
  const { headers } = await clientOf(adminAuthorization).get(path);
  expect(headers.get('server-timing')).toBeNull();
});

test('one in ten requests without a trace starts a trace if configured so, and every request with a trace is recorded', async () => {
  const { deps } = testApp();
  const every = tracingTo(spanExport(), { url: 'http://collector.test', every: 10 }, deps);
  const { ask, spans } = recording(every.begins);
  for (let i = 0; i < 30; i++) await ask({});
  expect(spans).toHaveLength(3);
  for (let i = 0; i < 5; i++) await ask({ traceparent });
  expect(spans).toHaveLength(8);
});

test('a span is named after the route, without IDs, and server errors are marked', async () => {
  const { ask, spans } = recording();
  await ask({ traceparent }, `${path}/org_00000000000000000000000001`);
  expect(spans).toMatchObject([{ name: 'GET /v1/admin/organizations/:organization_id', failed: false }]);
});

test("a caller's trace is returned unchanged if there is no collector", async () => {
  const { headers } = await clientOf(adminAuthorization).send('GET', path, { headers: { traceparent } });
  expect(answered(headers)).toEqual({ traceId, spanId, sampled: true });
});

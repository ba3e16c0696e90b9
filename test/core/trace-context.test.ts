// Tests which values of `traceparent` are followed, according to W3C Trace Context.
import { expect, test } from 'vitest';
import { formatTraceparent, newSpanBelow, parseTraceparent } from '../../src/core/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test.each([
  [`00-${traceId}-${spanId}-01`, true],
  [`00-${traceId}-${spanId}-00`, false],
  [`00-${traceId}-${spanId}-03`, true],
  [`cc-${traceId}-${spanId}-01`, true],
  [`cc-${traceId}-${spanId}-01-what-the-future-brings`, true],
])('the trace %s is followed', (text, sampled) => {
  expect(parseTraceparent(text)).toEqual({ traceId, spanId, sampled });
});

test.each([
  undefined,
  null,
  '',
  'nonsense',
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId.slice(1)}-${spanId}-01`,
  `00-${traceId}-${spanId}-01\r\nx: y`,
])('the trace %j is ignored', (text) => {
  expect(parseTraceparent(text)).toBeNull();
});

test("a child span has its parent's trace and sampling decision, and its own ID", () => {
  const parent = { traceId, spanId, sampled: false };
  const span = newSpanBelow(parent);
  expect(span).toEqual({ traceId, spanId: expect.stringMatching(/^[0-9a-f]{16}$/), sampled: false });
  expect(span.spanId).not.toBe(spanId);
  expect(parseTraceparent(formatTraceparent(span))).toEqual(span);
});

test('a trace that starts here is recorded', () => {
  const [one, other] = [newSpanBelow(null), newSpanBelow(null)];
  expect(parseTraceparent(formatTraceparent(one))).toEqual({ ...one, sampled: true });
  expect(one.traceId).not.toBe(other.traceId);
});

// Tests which headers the Worker may ask the builder to send, and for how long a request may last.
import { expect, test } from 'vitest';
import { egressRequestSchema } from '../../src/contract/builder/egress.ts';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { egressTimeoutMsMax } from '../../src/contract/limits/egress.ts';

function accepts(header: string, more: object = {}): boolean {
  const request = { url: 'https://hooks.example.com/', method: 'POST', headers: { [header]: '1' } };
  return egressRequestSchema.safeParse({ ...request, ...more }).success;
}

test.each(['connection', 'content-length', 'host', 'proxy-authorization', 'te', 'transfer-encoding', 'Accept', 'a b'])(
  'the header %s is refused',
  (header) => expect(accepts(header)).toBe(false),
);

test.each(['accept', 'content-type', 'user-agent', 'webhook-id', 'hostname'])('the header %s is accepted', (header) =>
  expect(accepts(header)).toBe(true),
);

test('a request may last as long as a stream on Ray, and no longer than the limit', () => {
  const within = [builderLimits.streamMs, egressTimeoutMsMax, egressTimeoutMsMax + 1];
  expect(within.map((timeout_ms) => accepts('accept', { timeout_ms }))).toEqual([true, true, false]);
});

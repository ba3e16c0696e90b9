// Tests which headers the Worker may ask the builder to send.
import { expect, test } from 'vitest';
import { egressRequestSchema } from '../../src/contract/builder/egress.ts';

function accepts(header: string): boolean {
  const request = { url: 'https://hooks.example.com/', method: 'POST', headers: { [header]: '1' } };
  return egressRequestSchema.safeParse(request).success;
}

test.each(['connection', 'content-length', 'host', 'proxy-authorization', 'te', 'transfer-encoding', 'Accept', 'a b'])(
  'the header %s is refused',
  (header) => expect(accepts(header)).toBe(false),
);

test.each(['accept', 'content-type', 'user-agent', 'webhook-id', 'hostname'])('the header %s is accepted', (header) =>
  expect(accepts(header)).toBe(true),
);

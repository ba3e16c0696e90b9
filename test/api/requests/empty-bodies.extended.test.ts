// Clients send an empty body as no body at all, as a content length of 0 (fetch), or as a chunked body that ends immediately. Every
// write treats all three alike, with and without an Idempotency-Key.
import { expect, test } from 'vitest';
import { acceptsIdempotencyKey } from '../../../src/api/requests/idempotency.ts';
import { documentOf } from '../../../src/app.ts';
import { testApp } from '../../support/deps.ts';
import { adminAuthorization, keyOf, organization } from '../../support/scenes/organization.ts';

const { app, fetch } = testApp();
const org = await organization();
/** A key without most scopes, so that the requests change nothing. */
const bare = `Bearer ${await keyOf(org, { scopes: ['audit:read'] })}`;

const methods = ['post', 'put', 'patch', 'delete'] as const;
const writes = Object.entries(documentOf(app).paths ?? {}).flatMap(([path, item]) =>
  methods.filter((method) => item[method]).map((method) => [method.toUpperCase(), path] as const),
);

const forms: Record<string, () => RequestInit> = {
  absent: () => ({}),
  'announced as empty': () => ({ body: '', headers: { 'content-length': '0' } }),
  'chunked and empty': () => ({ body: new ReadableStream({ start: (controller) => controller.close() }) }),
};
const types: (string | undefined)[] = [undefined, 'application/json', 'text/plain'];

async function statusOf(method: string, path: string, { headers, ...init }: RequestInit): Promise<number> {
  const url = `http://slipway.test${path.replaceAll(/\{\w+\}/g, 'none')}`;
  const request = new Request(url, { ...init, method, headers: new Headers(headers) });
  request.headers.set('authorization', path.startsWith('/v1/admin') ? adminAuthorization : bare);
  const response = await fetch(request);
  await response.body?.cancel();
  return response.status;
}

test.each(writes)('%s %s answers every empty body alike, and never with a server error', async (method, path) => {
  const answers: Record<string, number> = {};
  for (const [form, init] of Object.entries(forms))
    for (const type of types)
      for (const key of acceptsIdempotencyKey(method, path) ? [false, true] : [false]) {
        const { headers, ...rest } = init();
        const all = new Headers(headers);
        if (type) all.set('content-type', type);
        if (key) all.set('idempotency-key', crypto.randomUUID());
        const named = `${form}, ${type ?? 'no type'}${key ? ', key' : ''}`;
        answers[named] = await statusOf(method, path, { ...rest, headers: all });
      }
  const [expected = 0] = Object.values(answers);
  expect(expected).toBeLessThan(500);
  expect(answers).toEqual(Object.fromEntries(Object.keys(answers).map((name) => [name, expected])));
});

test.each(['/api/plugins/none', '/api/storage-plugins/none'])(
  'PUT %s without a body is malformed, as in Mimir',
  async (path) => {
    for (const init of Object.values(forms)) expect(await statusOf('PUT', path, init())).toBe(400);
  },
);

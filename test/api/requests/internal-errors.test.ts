// Tests that an unexpected error's text appears only in the log, and that the log contains neither keys nor client data.
import { env } from 'cloudflare:workers';
import { HTTPException } from 'hono/http-exception';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { jsonLog } from '../../../src/core/log.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish, uploaded } from '../../support/plugins/publish.ts';
import { adminAuthorization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const org = await organization();

function loggingApp(replacements: Parameters<typeof testApp>[0] = {}) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const app = testApp({
    log: jsonLog({ info: write, warn: write, error: write }),
    queues: losingQueues().queues,
    ...replacements,
  });
  return { ...app, lines };
}

const secretText = 'connect to db.internal:5432 failed';

test.each([
  ['an error', new Error(secretText)],
  ['an error of the framework', new HTTPException(418, { message: secretText })],
])("%s returns a response without the error's text, which is logged with the request ID", async (_, error) => {
  const { fetch, lines } = loggingApp({
    startSession: () => {
      throw error;
    },
  });
  const answer = await clientOf(`Bearer ${org.key}`, fetch).get('/v1/keys');
  const requestId = answer.headers.get('slipway-request-id');
  const message = 'Slipway failed to process the request';
  expect([answer.status, answer.body]).toEqual([
    500,
    {
      success: false,
      status: 500,
      error: { message, type: 'InternalServerError', details: null, hint: expect.any(String) },
      detail: message,
      request_id: requestId,
    },
  ]);
  expect(answer.text).not.toContain('db.internal');
  const logged = lines.map((line) => JSON.parse(line)).find(({ event }) => event === 'request.failed');
  expect(logged).toMatchObject({ level: 'error', request_id: requestId, error: { message: secretText } });
});

test('an expected problem is not logged as a failure', async () => {
  const { fetch, lines } = loggingApp();
  expect((await clientOf(`Bearer ${org.key}`, fetch).get('/v1/namespaces/none')).status).toBe(404);
  expect(lines.map((line) => JSON.parse(line)).map(({ event }) => event)).toEqual(['request']);
});

const keyModel = z.object({ api_key: z.string(), key_id: z.string() });

/** Sends requests that contain or return every kind of secret. Returns the secrets. */
async function useSecrets(client: Client, fetch: Client['fetch']): Promise<string[]> {
  const key = keyModel.parse((await client.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'] })).body);
  const rotated = keyModel.parse((await client.post(`/v1/keys/${key.key_id}/rotate`, {})).body);
  const body = { name: 'tok-3f9', scopes: ['plugins:read'] };
  await client.send('POST', '/v1/keys', { body, headers: { 'idempotency-key': 'idem-7c1' } });
  const unknown = `sk_${'x'.repeat(43)}`;
  expect((await clientOf(`Bearer ${unknown}`, fetch).get('/v1/plugins')).status).toBe(401);
  expect((await clientOf('Basic dXNlcjpwYXNz', fetch).get('/v1/plugins')).status).toBe(401);
  expect((await clientOf('Bearer wrong-admin-token', fetch).get('/v1/admin/organizations')).status).toBe(401);
  expect((await client.get(`/v1/plugins?api_key=${unknown}`)).status).toBe(200);
  const publisher = { ...client, plugins: org.plugins };
  const upload = await uploaded(publisher, { name: 'logged_ext' }, plugin({ name: 'logged_ext' }).zip);
  await publish(publisher, plugin());
  const signature = new URL(upload.presigned_url).searchParams.get('X-Amz-Signature') ?? '';
  const admin = await organization({ fetch });
  return [
    ...[key.api_key, rotated.api_key, 'tok-3f9', 'idem-7c1', unknown, 'dXNlcjpwYXNz'],
    ...['wrong-admin-token', signature, admin.key, adminAuthorization.slice('Bearer '.length), org.key],
  ];
}

test('the request log contains no keys, tokens, secrets or signatures', async () => {
  const { fetch, lines } = loggingApp();
  const secrets = await useSecrets(clientOf(`Bearer ${org.key}`, fetch), fetch);
  const log = lines.join('\n');
  expect(lines.length).toBeGreaterThan(10);
  expect(secrets.filter((secret) => secret === '' || log.includes(secret))).toEqual([]);
});

test('the log line of a failed query contains no request values', async () => {
  const { fetch, lines } = loggingApp();
  const client = clientOf(`Bearer ${org.key}`, fetch);
  await env.DB.prepare('alter table namespaces rename to renamed').run();
  const { status, text } = await client.get('/v1/namespaces/name-3f9');
  await env.DB.prepare('alter table renamed rename to namespaces').run();
  expect(status).toBe(503);
  expect(text).not.toMatch(/select|name-3f9/);
  const failure = lines.find((line) => line.includes('request.failed'));
  expect(failure).toContain('no such table');
  expect(failure).not.toContain('name-3f9');
});

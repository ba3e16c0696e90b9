// Tests what requests to the agent surface have in common with all others: keys, settings, and errors in its own format.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, test, vi } from 'vitest';
import { problems } from '../../../../src/core/problem.ts';
import worker from '../../../../src/worker.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { agents } from '../scenes/agents.ts';

const org = await organization();
const problemJson = 'application/problem+json';
const authorization = `Bearer ${org.key}`;

function request(path: string, headers: Record<string, string> = {}): Request {
  return new Request(`http://slipway.test${path}`, { headers: { authorization, ...headers } });
}

test('a request without a key is refused on the agent surface, even with anonymous access', async () => {
  const open = clientOf(null, testApp({ anonymousOrganization: org.id }).fetch);
  expect((await open.get(agents)).status).toBe(401);
});

test('OPTIONS of the agent surface needs no key', async () => {
  const { status, headers } = await clientOf(null).send('OPTIONS', agents);
  expect({ status, allow: headers.get('allow') }).toEqual({ status: 204, allow: expect.stringMatching(/OPTIONS/) });
});

test('the agent surface returns 503 in its own format while a setting is missing', async () => {
  const spy = vi.spyOn(console, 'error').mockImplementation(() => {});
  const context = createExecutionContext();
  const settings: Record<string, unknown> = { ADMIN_TOKEN: undefined };
  const response = await worker.fetch(request(agents), { ...env, ...settings }, context);
  const body = await response.json();
  await waitOnExecutionContext(context);
  spy.mockRestore();
  expect([response.status, body]).toEqual([
    503,
    expect.objectContaining({
      error: expect.objectContaining({
        code: 'not_configured',
        message: 'Slipway is not configured: ADMIN_TOKEN is missing',
      }),
    }),
  ]);
});

test('a compressed body is refused on the agent surface, and the error names the header', async () => {
  const compressed = new Blob(['{"name":"x"}']).stream().pipeThrough(new CompressionStream('gzip'));
  const raw = new Uint8Array(await new Response(compressed).arrayBuffer());
  const answer = await org.send('POST', agents, { raw, headers: { 'content-encoding': 'br' } });
  expect([answer.status, answer.text]).toEqual([415, expect.stringContaining('Content-Encoding: br')]);
});

test("the agent surface reports an unexpected error in its own format, without the error's text", async () => {
  const app = testApp({
    startSession: () => {
      throw new Error('connect to db.internal:5432 failed');
    },
  });
  const { body, status, text } = await clientOf(authorization, app.fetch).get(agents);
  expect({ status, body }).toMatchObject({
    status: 500,
    body: { error: { code: 'internal', message: 'Slipway failed to process the request' } },
  });
  expect(text).not.toContain('db.internal');
});

test.each([
  [`${agents}/none`, 404, 'not-found'],
  [`${agents}?limit=0`, 400, 'invalid-request'],
] as const)('an error of %s is in RFC 9457 format if `Accept` asks for it', async (path, status, code) => {
  const { fetch } = testApp();
  const asked = await fetch(request(path, { accept: problemJson }));
  const type = asked.headers.get('content-type');
  expect([asked.status, type, asked.headers.get('vary')]).toEqual([status, problemJson, 'Accept']);
  const { title } = problems[code];
  expect(await asked.json()).toMatchObject({ type: `/docs/problems/${code}`, title, status, code });
  const usual = await fetch(request(path));
  expect([usual.status, usual.headers.get('content-type'), usual.headers.get('vary')]).toEqual([
    ...[status, 'application/json', 'Accept'],
  ]);
  expect(await usual.json()).toHaveProperty('error.message');
});

test('a temporary problem of the agent surface has Retry-After in both formats', async () => {
  const limited = testApp({ rateLimiter: { limit: async () => ({ success: false }) } });
  for (const accept of [problemJson, 'application/json']) {
    const { headers, status } = await limited.fetch(request(agents, { accept }));
    expect([status, headers.get('content-type')]).toEqual([429, accept]);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    expect(headers.get('ratelimit')).toBe(`"minute";r=0;t=${headers.get('retry-after')}`);
  }
});

test('responses of the agent surface within the limit have no rate-limit headers', async () => {
  const { headers } = await testApp().fetch(request(agents));
  expect([...headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
});

test('the reference lists the problems that only registering has', async () => {
  const { text } = await clientOf(null).get('/docs/operations/RegisterPlugin/document.json');
  for (const code of ['version-conflict', 'checksum-mismatch', 'artifact-unreachable', 'artifact-too-large'])
    expect(text).toContain(`"/docs/problems/${code}"`);
});

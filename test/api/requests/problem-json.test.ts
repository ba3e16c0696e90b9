// Tests RFC 9457 errors: which `Accept` values select them on every surface, and that the server documents each `type`.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type ProblemCode, problems } from '../../../src/core/problem.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { uploaded } from '../../support/plugins/publish.ts';
import { adminAuthorization, organization } from '../../support/scenes/organization.ts';

const org = await organization();
const problemJson = 'application/problem+json';

const problem = z.strictObject({
  type: z.string(),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  instance: z.string(),
  code: z.string(),
  hint: z.string().min(1),
  details: z.record(z.string(), z.unknown()).optional(),
  errors: z
    .array(z.strictObject({ detail: z.string(), in: z.string(), pointer: z.string(), code: z.string() }))
    .optional(),
  request_id: z.string().regex(/^req_/),
});

async function send(client: Client, method: string, path: string, accept: string | null = problemJson, body?: object) {
  const headers: Record<string, string> = accept === null ? {} : { accept };
  const { fetch } = client;
  const authorization = client === org ? `Bearer ${org.key}` : client === admin ? adminAuthorization : undefined;
  const response = await fetch(
    new Request(`http://slipway.test${path}`, {
      method,
      headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  );
  const answer: unknown = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, type: response.headers.get('content-type'), answer };
}
const anonymous = clientOf(null);
const admin = clientOf(adminAuthorization);

type Case = [surface: string, client: Client, method: string, path: string, status: number, code: ProblemCode];
const cases: Case[] = [
  ['extractors of a namespace', org, 'GET', `${org.plugins}/none_1_0_0`, 404, 'not-found'],
  ['extractors of the organization', org, 'GET', '/v1/plugins/none_1_0_0', 404, 'not-found'],
  ['deployments', org, 'GET', `/v1/namespaces/${org.namespaceId}/deployments/dep_x`, 404, 'not-found'],
  ['pipeline plugins', org, 'GET', '/api/plugins/none', 404, 'not-found'],
  ['invalid input of pipeline plugins', org, 'GET', '/api/plugins/none/logs?tail=-1', 400, 'invalid-request'],
  ['storage plugins', org, 'DELETE', '/api/storage-plugins/none', 404, 'not-found'],
  ['keys', org, 'GET', '/v1/keys?limit=0', 422, 'invalid-request'],
  ['a missing key', anonymous, 'GET', '/v1/keys', 401, 'unauthorized'],
  ['a method', org, 'DELETE', '/v1/quotas', 405, 'method-not-allowed'],
  ['an unknown path', anonymous, 'GET', '/nowhere', 404, 'not-found'],
  ['a method of an unkeyed path', anonymous, 'DELETE', '/healthz', 405, 'method-not-allowed'],
  ['the admin surface', admin, 'GET', '/v1/admin/organizations/org_x', 404, 'not-found'],
  ['sign-in links', anonymous, 'POST', '/v1/session/links/use', 401, 'unauthorized'],
  ['the reference', anonymous, 'GET', '/docs/none.js', 404, 'not-found'],
  ['the console', anonymous, 'GET', '/console/assets/none.js', 404, 'not-found'],
];

test.each(cases)('an error from %s is in RFC 9457 format if `Accept` asks for it', async (...one) => {
  const [, client, method, path, status, code] = one;
  const sent = method === 'POST' ? { link: 'x' } : undefined;
  const asked = await send(client, method, path, problemJson, sent);
  const { request_id: id, ...rest } = problem.parse(asked.answer);
  expect([asked.status, asked.type, asked.headers.get('vary')]).toEqual([status, problemJson, 'Accept']);
  const { title } = problems[code];
  const instance = `${path.replace(/\?.*/, '')}#${id}`;
  expect(rest).toMatchObject({ type: `/docs/problems/${code}`, title, status, code, instance });
  expect(asked.headers.get('slipway-request-id')).toBe(id);
  const usual = await send(client, method, path, null, sent);
  expect([usual.status, usual.type, usual.headers.get('vary')]).toEqual([status, 'application/json', 'Accept']);
  expect(usual.answer).toHaveProperty('error.message');
});

test.each([
  [problemJson, true],
  ['Application/Problem+JSON; charset=utf-8', true],
  ['application/problem+json, application/json', true],
  ['application/json, application/problem+json', true],
  ['application/problem+json, */*', true],
  ['text/html, application/problem+json;q=0.8, application/json;q=0.8', true],
  ['application/json;q=0.5, application/problem+json;q=0.6', true],
  ['application/problem+json;q=0.6, application/json;q=0.5, */*', true],
  ['application/problem+json;q=0.5, application/json', false],
  ['application/problem+json;q=0.5, */*', false],
  ['application/problem+json;q=0.9, application/*;q=1', false],
  ['application/problem+json;q=0', false],
  ['application/problem+json;q=2', false],
  ['application/problem+json;q=', false],
  ['application/problem+xml', false],
  ['application/*', false],
  ['*/*', false],
  ['application/json', false],
  ['', false],
  [null, false],
] as const)('`Accept: %s` asks for RFC 9457: %s', async (accept, isAsked) => {
  const { type } = await send(org, 'GET', '/v1/keys/key_none', accept);
  expect(type).toBe(isAsked ? problemJson : 'application/json');
});

test('invalid fields are named by JSON pointers', async () => {
  const { answer } = await send(org, 'GET', '/v1/keys?limit=0&status=a');
  expect(problem.parse(answer).errors?.map(({ in: place, pointer, code }) => [place, pointer, code])).toEqual([
    ['query', '#/status', 'invalid_value'],
    ['query', '#/limit', 'too_small'],
  ]);
});

test('a rejected upload is reported in RFC 9457 format with its violations', async () => {
  const packed = plugin({ files: { 'bad.py': 'import subprocess\n' } });
  const { upload_id: id } = await uploaded(org, packed, packed.zip);
  const path = `${org.plugins}/uploads/${id}/confirm`;
  const { status, answer } = await send(org, 'POST', path);
  const { code, details } = problem.parse(answer);
  expect([status, code]).toEqual([400, 'policy-rejected']);
  expect(details?.violations).not.toEqual([]);
  const usual = await send(org, 'POST', path, null);
  expect([usual.status, usual.headers.get('vary')]).toEqual([400, 'Accept']);
  expect(usual.answer).toMatchObject({ validation_status: 'failed', violations: details?.violations });
});

test('a temporary problem has Retry-After in both formats', async () => {
  const limited = testApp({ rateLimiter: { limit: async () => ({ success: false }) } });
  for (const path of ['/v1/keys', '/api/plugins']) {
    for (const accept of [problemJson, 'application/json']) {
      const headers = { accept, authorization: `Bearer ${org.key}` };
      const response = await limited.fetch(new Request(`http://slipway.test${path}`, { headers }));
      expect([response.status, response.headers.get('content-type')]).toEqual([429, accept]);
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(response.headers.get('ratelimit')).toBe(`"minute";r=0;t=${response.headers.get('retry-after')}`);
    }
  }
});

test('the server documents every problem under its type', async () => {
  const list = await anonymous.get('/docs/problems');
  for (const code of Object.keys(problems)) {
    const { status, headers, text } = await anonymous.get(`/docs/problems/${code}`);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain(`code <code>${code}</code>`);
    expect(list.text).toContain(`href="/docs/problems/${code}"`);
  }
});

test.each(['none', 'constructor', '__proto__', 'not-found/x'])('no page describes the problem %s', async (code) => {
  expect((await anonymous.get(`/docs/problems/${code}`)).status).toBe(404);
});

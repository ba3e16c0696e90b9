// Tests what the pages of the API reference read: every operation is listed and complete in itself, with the problems that it can have.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { problems } from '../../../src/core/problem.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';

const { fetch } = testApp({
  assets: async ({ url }) => new Response(new URL(url).pathname === '/docs/' ? '<!doctype html>' : null),
});
const reader = clientOf(null, fetch);

const indexModel = z.object({
  groups: z.array(
    z.object({
      id: z.string(),
      operations: z.array(z.object({ id: z.string(), method: z.string(), path: z.string(), summary: z.string() })),
    }),
  ),
});
const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
  webhooks: z.record(z.string(), z.unknown()),
});
const operationModel = z.object({
  operation: z.object({ responses: z.record(z.string(), z.unknown()) }),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
  problems: z.array(z.object({ code: z.string(), status: z.int(), url: z.string() })),
});

const { groups } = indexModel.parse((await reader.get('/docs/index.json')).body);
const listed = groups.flatMap(({ operations }) => operations);
const requests = listed.filter(({ path }) => path.startsWith('/'));

async function documentOf(id: string) {
  return operationModel.parse((await reader.get(`/docs/operations/${id}/document.json`)).body);
}

test('every operation of the document is listed once, and every request to webhooks', async () => {
  const { paths, webhooks } = openApi.parse((await reader.get('/openapi.json')).body);
  const ids = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
  expect(requests.map(({ id }) => id).sort()).toEqual(ids.sort());
  expect(listed.length - requests.length).toBe(Object.keys(webhooks).length);
});

test('an operation has every component that it refers to, and no other', async () => {
  const faults: string[] = [];
  for (const { id } of listed) {
    const { operation, components } = await documentOf(id);
    const named = [...JSON.stringify({ operation, components }).matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)];
    const used = new Set(named.map(([, kind, name]) => `${kind} ${name}`));
    const given = Object.entries(components).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `${kind} ${name}`),
    );
    faults.push(...used.symmetricDifference(new Set(given)).values());
  }
  expect(faults).toEqual([]);
});

test('no page reads more than 160 KB', async () => {
  const sizes = await Promise.all(
    ['/docs/index.json', ...listed.map(({ id }) => `/docs/operations/${id}/document.json`)].map(async (path) => ({
      path,
      bytes: (await reader.get(path)).text.length,
    })),
  );
  expect(sizes.filter(({ bytes }) => bytes > 160 * 1024)).toEqual([]);
});

test('the problems of an operation have a status that it documents, and a page that explains them', async () => {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { id, path } of requests) {
    const found = await documentOf(id);
    for (const { code, status, url } of found.problems) {
      seen.add(code);
      const isInput = code === 'invalid-request' || code === 'malformed-json';
      const answered = isInput && path.startsWith('/api/') ? 400 : status;
      if (!(answered in found.operation.responses)) faults.push(`${id} ${code} ${answered}`);
      if (url !== `/docs/problems/${code}`) faults.push(`${id} ${url}`);
    }
  }
  expect(faults).toEqual([]);
  expect(Object.keys(problems).filter((code) => !seen.has(code))).toEqual(['method-not-allowed']);
});

test.each([
  ['getHealth', ['internal', 'not-configured', 'not-migrated']],
  [
    'revokeKey',
    [
      ...['unauthorized', 'forbidden', 'cross-site', 'unknown-host', 'not-found', 'conflict', 'invalid-request'],
      ...['rate-limited', 'internal', 'not-configured', 'not-migrated'],
    ],
  ],
  ['setQuotas', expect.not.arrayContaining(['cross-site', 'unknown-host', 'idempotency-key-in-use'])],
  ['callPlugin', expect.arrayContaining(['not-deployed', 'plugin-busy', 'call-interrupted', 'database-unavailable'])],
])('the problems of %s are those that it can have', async (id, codes) => {
  expect((await documentOf(id)).problems.map(({ code }) => code)).toEqual(codes);
});

test.each(['/docs', '/docs/', '/docs/groups/keys', '/docs/operations/createKey'])(
  '%s is a page that reaches nothing but this server, is in no frame, and makes no HTML of text',
  async (path) => {
    const { status, headers, text } = await reader.get(path);
    expect([status, text]).toEqual([200, '<!doctype html>']);
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  },
);

test.each([
  '/docs/groups/none',
  '/docs/groups/constructor',
  '/docs/operations/none',
  '/docs/operations/toString',
  '/docs/operations/none/document.json',
  '/docs/.built-from',
  '/docs/index.json/x',
])('there is no page %s', async (path) => {
  expect((await reader.get(path)).status).toBe(404);
});

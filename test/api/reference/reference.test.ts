// Tests the data of the API reference pages: every operation is listed, is self-contained, and has its possible problems.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { declaredOnly } from '../../../src/api/openapi/operation-problems.ts';
import { documentedMethods } from '../../../src/api/openapi/route-definitions.ts';
import { buildReference } from '../../../src/api/reference/reference-documents.ts';
import { documentOf } from '../../../src/app.ts';
import { problems } from '../../../src/core/problem.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';

const { fetch } = testApp({
  assets: async ({ url }) => new Response(new URL(url).pathname === '/docs/' ? '<!doctype html>' : null),
});
const reader = clientOf(null, fetch);

const published = documentOf(testApp().app);
const reference = buildReference(published);
const listed = reference.index.groups.flatMap(({ operations }) => operations);
const requests = listed.filter(({ path }) => path.startsWith('/'));
const operationModel = z.object({
  operation: z.looseObject({ responses: z.record(z.string(), z.unknown()) }),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
  problems: z.array(z.object({ code: z.string(), status: z.int(), url: z.string() })),
});
/** The text of the documents that the pages load. */
const texts = new Map(listed.map(({ id }) => [id, JSON.stringify(reference.operation(id))]));

function operationPage(id: string) {
  return operationModel.parse(JSON.parse(texts.get(id) ?? ''));
}

test("pages load the operation list and one operation's document", async () => {
  expect((await reader.get('/docs/index.json')).text).toBe(JSON.stringify(reference.index));
  expect((await reader.get('/docs/operations/createKey/document.json')).text).toBe(texts.get('createKey'));
});

test('every operation in the document is listed once, and so is every webhook request', () => {
  const { paths = {}, webhooks = {} } = published;
  const ids = Object.values(paths).flatMap((item) =>
    documentedMethods.flatMap((method) => item[method]?.operationId ?? []),
  );
  expect(requests.map(({ id }) => id).sort()).toEqual(ids.sort());
  expect(listed.length - requests.length).toBe(Object.keys(webhooks).length);
});

test('an operation has exactly the components that it references', () => {
  const faults = listed.flatMap(({ id }) => {
    const { operation, components } = operationPage(id);
    const named = [...JSON.stringify({ operation, components }).matchAll(/"#\/components\/(\w+)\/([\w.-]+)"/g)];
    const used = new Set(named.map(([, kind, name]) => `${kind} ${name}`));
    const given = Object.entries(components).flatMap(([kind, all]) =>
      Object.keys(all).map((name) => `${kind} ${name}`),
    );
    const lacking = [...used].filter((name) => !given.includes(name));
    return [...lacking, ...given.filter((name) => !used.has(name))].map((name) => `${id} ${name}`);
  });
  expect(faults).toEqual([]);
});

test('no page loads more than 160 KB', () => {
  const large = [...texts].filter(([, text]) => text.length > 160 * 1024).map(([id]) => id);
  expect(large).toEqual([]);
});

test("an operation's problems have a documented status and a page that explains them", () => {
  const seen = new Set<string>();
  const faults = requests.flatMap(({ id, path }) => {
    const { operation, problems: found } = operationPage(id);
    return found.flatMap(({ code, status, url }) => {
      seen.add(code);
      const isInput = code === 'invalid-request' || code === 'malformed-json';
      const answered = isInput && path.startsWith('/api/') ? 400 : status;
      return answered in operation.responses && url === `/docs/problems/${code}` ? [] : [`${id} ${code} ${answered}`];
    });
  });
  expect(faults).toEqual([]);
  const ofFeatures = new Set<string>(declaredOnly);
  const others = Object.keys(problems).filter((code) => !ofFeatures.has(code));
  expect(others.filter((code) => !seen.has(code))).toEqual(['method-not-allowed']);
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
])('the problems of %s are exactly the possible ones', (id, codes) => {
  expect(operationPage(id).problems.map(({ code }) => code)).toEqual(codes);
});

test.each(['/docs', '/docs/', '/docs/api', '/docs/groups/keys', '/docs/operations/createKey'])(
  "%s is a page that connects only to this server, can't be framed, and creates no HTML from text",
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
])('no page exists at %s', async (path) => {
  expect((await reader.get(path)).status).toBe(404);
});

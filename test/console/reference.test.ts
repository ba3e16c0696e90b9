// Tests the API reference in a browser: each operation has a page, can be found, shows its input and output, and can be called from
// there.
// @module-tag long
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { SlipwayClient } from '../../src/client/client.ts';
import { consoleScene, hostileTexts } from './console-scene.ts';
import { faultsOf } from './faults.ts';

const scene = consoleScene({ plugins: false });
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const run = promisify(execFile);

let page: Page;
beforeAll(async () => {
  page = await (await scene.newContext()).newPage();
});

async function opened(path: string, on = page): Promise<void> {
  await on.goto(path);
  await on.locator('#content h1').waitFor();
}

async function openedOperation(id: string, on = page): Promise<void> {
  await opened(`/docs/operations/${id}`, on);
}

/** Returns the response's status, which is shown in bold, once it has arrived. */
async function sent(on = page): Promise<string> {
  await on.getByRole('button', { name: /^Send / }).click();
  return on.locator('.answer strong').innerText();
}

test('no group page is longer than 12,000 px, nor is an operation page before anything on it is opened', async () => {
  await opened('/docs/api');
  const groups = await page
    .locator('.rows > li > a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(groups.length).toBeGreaterThan(15);
  for (const path of [
    '/docs/api',
    ...groups,
    '/docs/operations/publishPlugin',
    '/docs/operations/installStoragePlugin',
  ]) {
    await opened(path ?? '');
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(12_000);
  }
});

test('every operation in the document has its own URL, and an entry in the contents that opens it', async () => {
  const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))) });
  const response = await fetch(`${scene.local.url}/openapi.json`);
  const ids = Object.values(paths.parse(await response.json()).paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  await opened('/docs');
  const linked = await page
    .locator('#contents a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(ids.filter((id) => !linked.includes(`/docs/operations/${id}`))).toEqual([]);
  await openedOperation('listKeys');
  expect(await page.title()).toBe('List API keys · Slipway');
  expect(await page.locator('#contents [aria-current]').allInnerTexts()).toEqual([
    expect.stringContaining('List API keys'),
  ]);
});

test.each([
  ['/docs#rotateKey', '/docs/operations/rotateKey', "Rotate an API key's secret"],
  ['/docs#group-scan-policy', '/docs/groups/scan-policy', 'Scan policy'],
])('an earlier address, %s, redirects to its page', async (earlier, path, title) => {
  await page.goto('about:blank');
  await opened(earlier);
  expect(new URL(page.url()).pathname + new URL(page.url()).hash).toBe(path);
  expect(await page.locator('h1').innerText()).toBe(title);
});

test('an operation shows its shared parameters, responses and headers, and the examples composed by its schemas', async () => {
  await openedOperation('rotateKey');
  expect(await page.locator('.documentation > ul.fields:not(.problems) > li > code.name').allInnerTexts()).toEqual([
    'key_id',
    'Idempotency-Key',
    'overlap_seconds',
  ]);
  const limited = page.locator('details.response', { hasText: 'Too many requests.' });
  await limited.locator('> summary').click();
  await limited.getByText('Identifies the request in the log.').waitFor();
  expect(await limited.locator('> ul.fields > li > code.name').allInnerTexts()).toEqual(
    expect.arrayContaining(['slipway-request-id', 'retry-after', 'ratelimit']),
  );
  expect(await limited.locator('pre').first().innerText()).toContain('"request_id": "req_');
  const rotated = page.locator('details.response').first();
  await rotated.locator('> summary').click();
  expect(await rotated.locator('pre').first().innerText()).toContain('"prefix": "sk_3kQx9bT"');
});

test("an operation's problems link to the pages that explain them", async () => {
  await openedOperation('rotateKey');
  await page
    .getByRole('link', { name: 'idempotency-key-reused: Idempotency-Key already used for another request' })
    .click();
  await page.getByRole('heading', { name: 'Idempotency-Key already used for another request' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/docs/problems/idempotency-key-reused');
});

test('the search finds the operations that contain all words, and Enter opens the first one', async () => {
  await opened('/docs/api');
  await page.keyboard.press('/');
  await page.keyboard.type('/keys/ rotate');
  await page.locator('#found', { hasText: 'found' }).waitFor();
  expect((await page.locator('#contents a:visible').allInnerTexts())[0]).toContain('Rotate');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: "Rotate an API key's secret", level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/docs/operations/rotateKey');
  expect(await page.evaluate('document.activeElement.tagName')).toBe('H1');
  await page.goBack();
  await page.getByRole('heading', { name: /^Slipway API/ }).waitFor();
});

test('words typed while the contents are loading are searched for once they have loaded', async () => {
  const typed = Promise.withResolvers<void>();
  const isIndex = /\/docs\/index\.json$/;
  await page.route(isIndex, async (route) => {
    await typed.promise;
    await route.continue();
  });
  await page.goto('/docs/api');
  await page.getByLabel('Search the guides and the API').fill('rotate');
  typed.resolve();
  await page.getByRole('list', { name: 'Search results' }).getByRole('link', { name: 'Rotate' }).first().waitFor();
  await page.unroute(isIndex);
});

test('operations of one name in the search results differ by their paths', async () => {
  await opened('/docs/api');
  await page.getByLabel('Search the guides and the API').fill('list installed plugins');
  await page.locator('#found', { hasText: 'found' }).waitFor();
  const paths = await page.locator('#contents a:visible code').allInnerTexts();
  expect(paths.slice(0, 2)).toEqual(['/api/plugins', '/api/storage-plugins']);
});

test('a request is sent with the entered key, which is kept only by the open pages', async () => {
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  await openedOperation('createKey');
  expect(await sent()).toBe('401');
  await page.getByLabel('API key', { exact: true }).fill(scene.local.api_key);
  const name = 'made in the reference';
  await page.getByLabel('JSON body, required').fill(JSON.stringify({ name, scopes: ['plugins:read'] }));
  await page.getByRole('button', { name: /^Send / }).click();
  const answer = page.locator('.answer pre', { hasText: `"name": "${name}"` });
  const { key_id } = z.object({ key_id: z.string() }).parse(JSON.parse(await answer.innerText()));
  expect(await page.locator('.answer dt').allInnerTexts()).toEqual([
    ...['slipway-request-id', 'slipway-bookmark', 'content-type', 'cache-control'],
  ]);
  expect(await page.locator('.answer dd').first().innerText()).toMatch(/^req_/);
  await page.locator('#contents').getByRole('link', { name: 'Get an API key', exact: false }).first().click();
  await page.getByLabel('key_id path, required').fill(key_id);
  expect(await sent()).toBe('200');
  expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, '']);
  expect(urls.filter((url) => url.includes(scene.local.api_key))).toEqual([]);
  await page.reload();
  await page.getByLabel('key_id path, required').fill(key_id);
  expect(await sent()).toBe('401');
});

test('a console session is used only if the user selects it, even for writes', async () => {
  const signedIn = await scene.signedInPage();
  await openedOperation('createKey', signedIn);
  expect(await sent(signedIn)).toBe('401');
  await signedIn.getByLabel('With your console session').check();
  await signedIn.getByText(/^Requests act as .* of local\. They are real\.$/).waitFor();
  await signedIn.getByLabel('JSON body, required').fill('{"name": "by session", "scopes": ["plugins:read"]}');
  expect(await sent(signedIn)).toBe('200');
  await signedIn.getByLabel('With an API key').check();
  expect(await sent(signedIn)).toBe('401');
});

test('a browser that is not signed in shows a message', async () => {
  await openedOperation('listKeys');
  await page.getByLabel('With your console session').check();
  await page.getByText('You are not signed in.').waitFor();
  expect(await sent()).toBe('401');
});

/** Runs a snippet with the key in its environment. */
const runners: Record<string, (code: string) => [program: string, args: string[]]> = {
  curl: (code) => ['bash', ['-c', code]],
  TypeScript: (code) => [process.execPath, ['--input-type=module-typescript', '-e', code]],
  CLI: (code) => ['bash', ['-c', `slipway() { '${process.execPath}' src/cli/main.ts "$@" --json; }; ${code}`]],
};

test("an operation's code runs unchanged", async () => {
  await openedOperation('getNamespace');
  await page.getByLabel('namespace_identifier path, required').fill('default');
  const { url, api_key, namespace_id } = scene.local;
  const env = { ...process.env, SLIPWAY_API_KEY: api_key, SLIPWAY_BASE_URL: url };
  for (const [language, runner] of Object.entries(runners)) {
    await page.getByRole('button', { name: language, exact: true }).click();
    const code = await page.locator('.snippets pre').innerText();
    const { stdout } = await run(...runner(code), { env });
    expect(stdout).toContain(namespace_id);
    expect(code).not.toContain(api_key);
  }
  await page.getByRole('button', { name: 'Python', exact: true }).click();
  const python = await page.locator('.snippets pre').innerText();
  expect(python).toContain(`    "${url}/v1/namespaces/default",`);
  await run('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1])', python]);
});

test('the selected language is kept', async () => {
  await openedOperation('getKey');
  expect(await page.locator('.snippets button[aria-pressed]').allInnerTexts()).toEqual([
    'curl',
    'TypeScript',
    'Python',
    'CLI',
  ]);
  await page.getByRole('button', { name: 'Python', exact: true }).click();
  await page.locator('#contents').getByRole('link', { name: 'Create an API key' }).click();
  await page.getByRole('heading', { name: 'Create an API key', level: 1 }).waitFor();
  expect(await page.locator('.snippets button[aria-pressed="true"]').innerText()).toBe('Python');
  await page.getByRole('button', { name: 'CLI', exact: true }).click();
  expect(await page.locator('.snippets pre').innerText()).toMatch(/^slipway keys create CI --scopes /);
});

test.each(hostileTexts)('%j in an answer, an input and a snippet is shown as text', async (text) => {
  const api = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  const { key_id } = await api.post('/v1/keys', { body: { name: text, scopes: ['plugins:read'] } });
  const shown = await (await scene.newContext()).newPage();
  const faults = faultsOf(shown);
  await openedOperation('createKey', shown);
  await shown.getByLabel('JSON body, required').fill(JSON.stringify({ name: text, scopes: [] }));
  expect(await shown.locator('.snippets pre').innerText()).toContain(JSON.stringify(text));
  await openedOperation('getKey', shown);
  await shown.getByLabel('API key', { exact: true }).fill(scene.local.api_key);
  await shown.getByLabel('key_id path, required').fill(key_id);
  expect(await sent(shown)).toBe('200');
  const visible = JSON.stringify(text.replaceAll('\u202e', '[U+202E]'));
  await shown.locator('.answer pre', { hasText: `"name": ${visible}` }).waitFor();
  expect(await shown.locator('main :is(img, script, svg, iframe, object, embed)').count()).toBe(0);
  expect(await shown.title()).toBe('Get an API key · Slipway');
  expect(faults).toEqual([]);
});

/** Opens some of the collapsed parts, with everything inside them. Their content appears in the next frame. */
const openSome = `(async () => {
  for (const inside of ['', ' details']) {
    const some = document.querySelectorAll('main details.response:nth-of-type(-n + 3)' + inside);
    for (const one of some) one.open = true;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
})()`;

describe.each(['light', 'dark'] as const)('the %s colors', (colorScheme) => {
  test.each([
    ...[
      '/docs',
      '/docs/guides/serving',
      '/docs/api',
      '/docs/groups/plugins',
      '/docs/operations/publishPlugin',
      '/docs/operations/rotateKey',
    ],
    ...['/docs/problems', '/docs/problems/not-found'],
  ])('%s has no accessibility barriers', async (path) => {
    const shown = await (await scene.newContext({ colorScheme })).newPage();
    const faults = faultsOf(shown);
    await opened(path, shown);
    await shown.evaluate(openSome);
    await shown.evaluate(axe);
    const report =
      'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))';
    expect(await shown.evaluate(report)).toEqual([]);
    expect(faults).toEqual([]);
  });
});

test.each([320, 900, 1440])('no content is wider than a %i px window', async (width) => {
  const shown = await (await scene.newContext({ viewport: { width, height: 900 } })).newPage();
  for (const path of [
    '/docs',
    '/docs/api',
    '/docs/groups/plugins',
    '/docs/operations/publishPlugin',
    '/docs/problems',
  ]) {
    await opened(path, shown);
    await shown.evaluate(openSome);
    const wider = await shown.evaluate(`document.documentElement.scrollWidth > ${width}`);
    expect([path, wider]).toEqual([path, false]);
  }
});

/** Returns the short words in code, statuses and titles that go on in the next line. */
const brokenIn = (
  word: string,
) => `[...document.querySelectorAll('main :not(pre) > code, main td, main th')].flatMap((node) => {
  const text = document.createTreeWalker(node, NodeFilter.SHOW_TEXT).nextNode();
  const range = document.createRange();
  return [...(text?.data.matchAll(${word}) ?? [])].filter(({ index, 0: found }) => {
    range.setStart(text, index);
    range.setEnd(text, index + found.length);
    return found.length <= 20 && new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
  }).map(([found]) => found);
})`;

test.each([320, 390, 900, 1440])('no short word in code continues on the next line at %i px', async (width) => {
  const shown = await (await scene.newContext({ viewport: { width, height: 900 } })).newPage();
  const words = { '/docs/operations/publishPlugin': '/[\\w-]+/g', '/docs/problems': '/\\w+/g' };
  for (const [path, word] of Object.entries(words)) {
    await opened(path, shown);
    await shown.evaluate('document.fonts.ready.then(() => true)');
    expect([path, await shown.evaluate(brokenIn(word))]).toEqual([path, []]);
  }
});

test('a button shows the list of operations in a narrow window, and selecting an operation hides it', async () => {
  const shown = await (await scene.newContext({ viewport: { width: 320, height: 800 } })).newPage();
  await opened('/docs/api', shown);
  const search = shown.getByLabel('Search the guides and the API');
  expect(await search.isVisible()).toBe(false);
  await shown.getByRole('button', { name: 'Menu' }).click();
  await search.fill('rotate key');
  await search.press('Enter');
  await shown.getByRole('heading', { name: "Rotate an API key's secret", level: 1 }).waitFor();
  expect(await search.isVisible()).toBe(false);
});

test('the theme chosen in the console applies before the page is drawn', async () => {
  const shown = await (await scene.newContext({ colorScheme: 'light' })).newPage();
  for (const path of ['/docs', '/docs/problems']) {
    await opened(path, shown);
    expect(await shown.evaluate('getComputedStyle(document.body).colorScheme')).toBe('light dark');
    await shown.evaluate("localStorage.setItem('slipway-theme', 'dark')");
    await opened(path, shown);
    expect(await shown.evaluate('getComputedStyle(document.body).colorScheme')).toBe('dark');
    await shown.evaluate('localStorage.clear()');
  }
});

test('the skip-to-content link keeps the entered values', async () => {
  await openedOperation('createKey');
  await page.getByLabel('JSON body, required').fill('{}');
  await page.locator('.skip').press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
  expect(await page.getByLabel('JSON body, required').inputValue()).toBe('{}');
});

test('a request is entered and sent by keyboard alone', async () => {
  const shown = await (await scene.newContext()).newPage();
  await opened('/docs/api', shown);
  await shown.keyboard.press('/');
  await shown.keyboard.type('list quotas');
  await shown.keyboard.press('Enter');
  await shown.getByRole('heading', { name: "List the organization's usage and quotas", level: 1 }).waitFor();
  for (let steps = 0; steps < 60; steps++) {
    await shown.keyboard.press('Tab');
    if (await shown.evaluate('document.activeElement.id === "key"')) break;
  }
  await shown.keyboard.type(scene.local.api_key);
  await shown.keyboard.press('Enter');
  expect(await shown.locator('.answer strong').innerText()).toBe('200');
});

// Tests the API reference in a browser: it shows one group at a time, finds operations, sends requests, and can be used by everyone.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { consoleScene } from './console-scene.ts';
import { faultsOf } from './faults.ts';

const scene = consoleScene({ plugins: false });
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let page: Page;
beforeAll(async () => {
  page = await (await scene.newContext()).newPage();
}, 30_000);

async function opened(hash: string, on = page): Promise<void> {
  await on.goto('about:blank');
  await on.goto(`/docs${hash}`);
  await on.locator('#content h1').waitFor();
}

test('every page of the reference is at most 12,000 px long until an operation is opened', async () => {
  await opened('');
  const groups = await page.locator('.groups a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(groups.length).toBeGreaterThan(15);
  for (const hash of ['', ...groups]) {
    await opened(hash ?? '');
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(12_000);
  }
});

test('every operation of the document is in the contents, and its link opens it', async () => {
  await opened('');
  const paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))) });
  const response = await fetch(`${scene.local.url}/openapi.json`);
  const ids = Object.values(paths.parse(await response.json()).paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  const linked = await page.locator('#groups a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(ids.filter((id) => !linked.includes(`#${id}`))).toEqual([]);
  await opened('#listKeys');
  await page.locator('details#listKeys[open] h3', { hasText: 'Try it' }).waitFor();
  expect(await page.title()).toBe('Keys · Slipway API');
});

test('an operation shows its shared parameters, responses and headers, and the examples that its schemas compose', async () => {
  await opened('#rotateKey');
  const operation = page.locator('#rotateKey');
  expect(await operation.locator('> ul.fields > li > code.name').allInnerTexts()).toEqual([
    'key_id',
    'Idempotency-Key',
    'overlap_seconds',
  ]);
  const unauthorized = operation.locator('details.response', { hasText: 'The API key is missing or not valid.' });
  await unauthorized.locator('> summary').click();
  await unauthorized.getByText('Identifies the request in the log.').waitFor();
  expect(await unauthorized.locator('pre').first().innerText()).toContain('"request_id": "req_');
  const rotated = operation.locator('details.response').first();
  await rotated.locator('> summary').click();
  expect(await rotated.locator('pre').first().innerText()).toContain('"prefix": "sk_3kQx9bT"');
  expect(await operation.locator('pre', { hasText: 'curl' }).innerText()).toContain(
    '/v1/keys/key_01m7wc54fherz84624ahd0kr7h/rotate',
  );
});

test('the search leaves the operations that have all words', async () => {
  await opened('');
  await page.keyboard.press('/');
  await page.keyboard.type('/keys/ rotate');
  await page.locator('#found', { hasText: '1 operation' }).waitFor();
  expect(await page.locator('#groups li:visible').allInnerTexts()).toEqual([expect.stringContaining('Rotate')]);
  await page.locator('#groups li:visible a').click();
  await page.locator('details#rotateKey[open]').waitFor();
});

test('a request is sent with the key that was entered, and its answer is shown', async () => {
  await opened('#createKey');
  const operation = page.locator('#createKey');
  const send = operation.getByRole('button', { name: 'Send POST request' });
  await send.click();
  await operation.locator('.answer', { hasText: '401' }).waitFor();
  await page.getByLabel('API key').fill(scene.local.api_key);
  const name = 'made in the reference';
  await operation.getByLabel('JSON body').fill(JSON.stringify({ name, scopes: ['plugins:read'] }));
  await send.click();
  const answer = operation.locator('.answer pre', { hasText: `"name": "${name}"` });
  const { key_id } = z.object({ key_id: z.string() }).parse(JSON.parse(await answer.innerText()));
  await opened('#getKey');
  await page.getByLabel('API key').fill(scene.local.api_key);
  await page.locator('#getKey').getByLabel('key_id').fill(key_id);
  await page.locator('#getKey').getByRole('button', { name: 'Send' }).click();
  await page.locator('#getKey .answer strong', { hasText: '200' }).waitFor();
});

test('a session of the console gives the reference no access', async () => {
  const signedIn = await scene.signedInPage();
  await opened('#listKeys', signedIn);
  await signedIn.locator('#listKeys').getByRole('button', { name: 'Send' }).click();
  await signedIn.locator('#listKeys .answer strong', { hasText: '401' }).waitFor();
});

describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
  test.each(['/docs', '/docs#group-plugins', '/docs#publishPlugin', '/docs/problems', '/docs/problems/not-found'])(
    '%s has nothing that keeps people out',
    async (path) => {
      const shown = await (await scene.newContext({ colorScheme })).newPage();
      const faults = faultsOf(shown);
      await shown.goto(path);
      await shown.locator('h1').waitFor();
      await shown.evaluate(axe);
      const report =
        'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))';
      expect(await shown.evaluate(report)).toEqual([]);
      expect(faults).toEqual([]);
    },
  );
});

test.each([320, 1440])('nothing is wider than a window of %i px', async (width) => {
  const shown = await (await scene.newContext({ viewport: { width, height: 900 } })).newPage();
  await opened('#publishPlugin', shown);
  expect(await shown.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
});

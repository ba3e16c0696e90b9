// Tests which requests console pages send.
// @module-tag long
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

test("a plugin's page sends its requests before the first answer arrives, except for resources that answers name, and sends none twice", async () => {
  const page = await scene.signedInPage();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const requested: string[] = [];
  await page.route(/\/v1\/(namespaces|events|keys)/, async (route) => {
    requested.push(new URL(route.request().url()).pathname.replace(/.*\//, '').replace(/^plu_.*/, 'upload'));
    await answered;
    await route.continue();
  });
  await page.goto(scene.path('plugins/echo'), { waitUntil: 'commit' });
  const all = ['by-name', 'deployments', 'events', 'list', 'releases', 'traffic', 'versions'];
  await expect.poll(() => requested.toSorted()).toEqual(all);
  answer();
  await page.getByText('Live 1.2.0').waitFor();
  await page.waitForLoadState('networkidle');
  // The answers name the live version and the rejected upload. What is below the fold loads its code first.
  expect(requested.toSorted()).toEqual([...all, 'counts', 'echo_1_2_0', 'environment', 'status', 'upload'].toSorted());
});

test('a key without audit:read requests no events, and the page says that uploads are not shown', async () => {
  const { url: baseUrl, api_key: apiKey } = scene.local;
  const client = new SlipwayClient({ baseUrl, apiKey });
  const reader = await client.post('/v1/keys', { body: { name: 'reader', scopes: ['plugins:read'] } });
  const page = await (await scene.newContext()).newPage();
  const events: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/events')) events.push(request.url());
  });
  await page.goto(scene.path('plugins/echo'));
  await page.getByLabel('API key').fill(reader.api_key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Only keys with the scope audit:read see rejected and expired uploads.').waitFor();
  await page.waitForLoadState('networkidle');
  expect(events).toEqual([]);
});

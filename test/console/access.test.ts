// Tests the console's pages about plugin permissions in a browser: policy and grants.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

/** The namespace parameter in paths. */
const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

test('the policy page shows the effect of another level before it can be set', async () => {
  const page = await scene.signedInPage();
  await page.goto('/policy');
  const set = page.getByRole('button', { name: 'Set the level to strict' });
  await page.getByText('it is the default').waitFor();
  expect(await set.count()).toBe(0);
  await page.getByLabel('Level', { exact: true }).selectOption('strict');
  await page.getByText('versions examined so far').waitFor();
  await set.click();
  await page.getByText('The level is strict.').waitFor();
  expect(await client().get('/v1/scan-policy')).toMatchObject({ level: 'strict' });
  await page.getByLabel('Level', { exact: true }).selectOption('seed');
  await page.getByRole('button', { name: 'Set the level to seed' }).click();
  await page.getByText('The level is seed.').waitFor();
  expect(await client().get('/v1/scan-policy')).toMatchObject({ level: 'seed' });
});

test("a grant extends the plugin's hosts, secrets and memory, and is revoked as a whole", async () => {
  const page = await scene.signedInPage();
  await page.goto('/grants');
  const grant = async (fill: () => Promise<unknown>) => {
    await page.getByRole('button', { name: 'Grant…' }).click();
    await dialog(page).getByLabel('Plugin').fill('echo');
    await fill();
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByRole('dialog', { name: 'Grant permissions to a plugin' }).waitFor({ state: 'detached' });
  };
  await grant(() => dialog(page).getByLabel('Hosts it may reach').fill('api.example.com\n*.example.org'));
  await grant(async () => {
    await dialog(page).getByLabel('Secrets it may read').fill('API_TOKEN');
    await dialog(page).getByLabel('Memory, in MiB').fill('512');
  });
  const row = page.getByRole('row', { name: /^echo / });
  await row.getByText('network api.example.com · network *.example.org · secret API_TOKEN · memory 512 MiB').waitFor();
  expect((await client().get('/v1/grants')).results).toMatchObject([
    {
      plugin: 'echo',
      kind: 'extractor',
      ...inNamespace(),
      permissions: { network: ['api.example.com', '*.example.org'], secrets: ['API_TOKEN'], memory_mb: 512 },
    },
  ]);

  await row.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByLabel('Type echo to confirm').fill('echo');
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('No grants yet').waitFor();
  expect((await client().get('/v1/grants')).results).toEqual([]);
});

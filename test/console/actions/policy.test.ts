// Tests the console's page of the scan policy in a browser.
// @module-tag long
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../../src/client/client.ts';
import { consoleScene } from '../console-scene.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

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

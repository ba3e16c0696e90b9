// Tests the console's page of secrets in a browser.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

test('a secret is entered and never shown, gets another value, and is deleted', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('secrets'));
  await page.getByRole('button', { name: 'Set a secret…' }).click();
  await dialog(page).getByLabel('Name').fill('API_TOKEN');
  await dialog(page).getByLabel('Value').fill(' correct horse battery staple ');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  const row = page.getByRole('row', { name: /^API_TOKEN / });
  await row.waitFor();
  expect(await page.content()).not.toContain('correct horse');
  const revision = async () => {
    const { results } = await client().get('/v1/namespaces/{namespace_id}/secrets', { path: inNamespace() });
    return results.map(({ name, revision }) => [name, revision]);
  };
  expect(await revision()).toEqual([['API_TOKEN', 1]]);
  await row.getByRole('button', { name: 'Replace value…' }).click();
  await dialog(page).getByLabel('Value').fill('another value');
  await page.getByRole('button', { name: 'Replace', exact: true }).click();
  await page.getByRole('dialog', { name: 'Replace the value of API_TOKEN' }).waitFor({ state: 'detached' });
  expect(await revision()).toEqual([['API_TOKEN', 2]]);
  await row.getByText('Not used').waitFor();

  await row.getByRole('button', { name: 'Delete…' }).click();
  await page.getByLabel('Type API_TOKEN to confirm').fill('API_TOKEN');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No secrets yet').waitFor();
});

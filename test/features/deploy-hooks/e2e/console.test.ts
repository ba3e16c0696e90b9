// Tests the console's pages of deploy hooks in a browser.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

/** The namespace parameter in paths. */
const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

test('a deploy hook is created with its secret shown once, gets another secret and other branches, is disabled and deleted', async () => {
  const page = await scene.signedInPage();
  await page.goto('/deploy-hooks');
  await page.getByRole('button', { name: 'Create a hook…' }).click();
  await dialog(page).getByLabel('Plugin').fill('echo');
  await dialog(page).getByLabel('Repository').fill('https://github.com/example/plugins');
  await dialog(page).getByLabel('Branches').fill('main\nrelease/*');
  await page.getByRole('button', { name: 'Create the hook' }).click();
  const secret = page.getByRole('status', { name: 'New secret' }).locator('code');
  const first = await secret.innerText();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'echo' }).click();
  await page.getByText('main, release/*').waitFor();
  await page.getByText('No push has arrived yet').waitFor();

  await page.getByRole('button', { name: 'Rotate the secret…' }).click();
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  expect(await secret.innerText()).not.toBe(first);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Edit…' }).click();
  await dialog(page).getByLabel('Branches').fill('main');
  await dialog(page).getByLabel('Tags').fill('v*');
  await dialog(page).getByLabel('A push').selectOption('publish');
  await dialog(page).getByLabel('Token for commit statuses').fill('a token of GitHub');
  await dialog(page).getByText('This action as a command').click();
  const shown = await dialog(page).locator('details code').allInnerTexts();
  expect(shown[0]).toContain(
    `-F 'branches=["main"]' -F 'tags=["v*"]' -f action=publish -F description=null -f status_token=TOKEN`,
  );
  expect(shown.join(' ')).not.toContain('a token of GitHub');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('main, tag v*').waitFor();
  await page.getByText('reported to GitHub').waitFor();
  await page.getByRole('button', { name: 'Disable…' }).click();
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByRole('button', { name: 'Enable…' }).waitFor();
  expect((await client().get('/v1/deploy-hooks')).results).toMatchObject([
    { plugin: 'echo', branches: ['main'], tags: ['v*'], action: 'publish', status: 'disabled', ...inNamespace() },
  ]);
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByLabel('Type echo to confirm').fill('echo');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No deploy hooks yet').waitFor();
});

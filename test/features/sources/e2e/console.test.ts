// Tests the console's page of private sources in a browser.
// @module-tag long
import { generateKeyPairSync } from 'node:crypto';
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

const stored = async () => (await client().get('/v1/sources')).results;

test('a private source is added with a token that is never shown, gets a GitHub App credential, and is removed', async () => {
  const page = await scene.signedInPage();
  await page.goto('/sources');
  await page.getByText('No private sources yet').waitFor();
  await page.getByRole('button', { name: 'Add a source…' }).click();
  await dialog(page).getByRole('textbox', { name: 'Source' }).fill('git.example.com/acme');
  await dialog(page).getByLabel('User and token').check();
  await dialog(page).getByLabel('User', { exact: true }).fill('deployer');
  await dialog(page).getByLabel('Token', { exact: true }).last().fill('correct-horse-battery');
  await dialog(page).getByLabel('Expires').selectOption('90');
  await dialog(page).getByLabel('Go modules below the source').check();
  await dialog(page).getByText('This action as a command').click();
  const shown = await dialog(page).locator('details code').allInnerTexts();
  expect(shown[0]).toBe(
    'slipway sources add git.example.com/acme --user deployer --token-stdin --go-modules --expires 90d',
  );
  expect(shown.join(' ')).not.toContain('correct-horse');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const row = page.getByRole('row', {
    name: /^git.example.com\/acme Go modules token of deployer in (?:89|90) d never /,
  });
  await row.waitFor();
  expect(await page.content()).not.toContain('correct-horse');
  expect(await stored()).toMatchObject([
    { source: 'git.example.com/acme', username: 'deployer', github_app: null, go_modules: true, revision: 1 },
  ]);

  await row.getByRole('button', { name: 'Rotate git.example.com/acme…' }).click();
  expect(await dialog(page).getByLabel('User and token').isChecked()).toBe(true);
  await dialog(page).getByLabel('GitHub App').check();
  await dialog(page).getByLabel('App ID').fill('104729');
  await dialog(page)
    .getByLabel('Private key')
    .setInputFiles({ name: 'app.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(privateKey()) });
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('row', { name: /GitHub App 104729/ }).waitFor();
  expect(await stored()).toMatchObject([{ github_app: { app_id: '104729' }, go_modules: true, revision: 2 }]);

  await page.getByRole('button', { name: 'Remove git.example.com/acme…' }).click();
  await page.getByLabel('Type git.example.com/acme to confirm').fill('git.example.com/acme');
  await page.getByRole('button', { name: 'Remove git.example.com/acme', exact: true }).click();
  await page.getByText('No private sources yet').waitFor();
  expect(await stored()).toEqual([]);
});

function privateKey(): string {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return key.export({ type: 'pkcs1', format: 'pem' }).toString();
}

test('a refused private source shows the reason and keeps the input', async () => {
  const page = await scene.signedInPage();
  await page.goto('/sources');
  await page.getByRole('button', { name: 'Add a source…' }).click();
  await dialog(page).getByRole('textbox', { name: 'Source' }).fill('git.example.com/a%2fb');
  await dialog(page).getByLabel('Token', { exact: true }).last().fill('a-token');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog(page).getByRole('alert').waitFor();
  expect(await dialog(page).getByRole('textbox', { name: 'Source' }).inputValue()).toBe('git.example.com/a%2fb');
});

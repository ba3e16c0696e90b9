// Tests granting waivers in a browser: on the console's page of waivers, in a plugin's settings, and from a finding.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

async function open(path: string): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(path);
  return page;
}

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

test("a waiver is granted with a reason and an expiry, and revoked by typing the plugin's name", async () => {
  const page = await scene.signedInPage();
  await page.goto('/waivers');
  await page.getByRole('button', { name: 'Grant a waiver…' }).click();
  await dialog(page).getByLabel('Plugin').fill('echo');
  await dialog(page).getByLabel('Rule').fill('SLP301');
  await dialog(page).getByLabel('Reason').fill('Reviewed: the command has no input');
  await dialog(page).getByLabel('Valid for').selectOption('7');
  await page.getByRole('button', { name: 'Grant the waiver' }).click();
  const row = page.getByRole('row', { name: /^echo SLP301 / });
  await row.getByText('active').waitFor();
  const { results } = await client().get('/v1/waivers');
  const [waiver] = results;
  expect(results).toMatchObject([{ plugin: 'echo', rule: 'SLP301', reason: 'Reviewed: the command has no input' }]);
  expect(Math.round((Date.parse(waiver?.expires_at ?? '') - Date.now()) / 86_400_000)).toBe(7);

  await row.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByLabel('Type echo to confirm').fill('echo');
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await row.getByText('revoked').waitFor();
});

test("a rule is waived for a plugin in the plugin's settings", async () => {
  const page = await open(scene.path('plugins/echo/settings'));
  await page.getByRole('button', { name: 'Waive a rule…' }).click();
  expect(await dialog(page).getByLabel('Plugin').inputValue()).toBe('echo');
  await dialog(page).getByLabel('Rule').fill('SLP301');
  await dialog(page).getByLabel('Reason').fill('Reviewed: it has no input');
  await dialog(page).getByRole('button', { name: 'Grant the waiver' }).click();
  await page.getByRole('row', { name: /^SLP301 Reviewed: it has no input first key / }).waitFor();
});

test('an administrator waives a finding of a rejected upload from there', async () => {
  const page = await open(scene.path('plugins/echo/versions'));
  await page.getByRole('link', { name: 'Findings' }).click();
  await page.getByRole('heading', { name: 'echo 1.3.0' }).waitFor();
  await page.getByText('Instead.').first().waitFor();
  await page.getByRole('button', { name: 'Waive…' }).first().click();
  expect(await dialog(page).getByLabel('Plugin').inputValue()).toBe('echo');
  expect(await dialog(page).getByLabel('Rule').inputValue()).toMatch(/^SLP\d{3}$/);
});

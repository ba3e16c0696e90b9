// Tests the console's namespaces page in a browser: create, change, delete.
// @module-tag long
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { SlipwayClient } from '../../../src/client/client.ts';
import { inProcess } from '../../cli/in-process.ts';
import { consoleScene, hostileTexts } from '../console-scene.ts';

const scene = consoleScene({ plugins: false });

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

const dialog = (page: Page) => page.getByRole('dialog');

async function named(name: string) {
  const { results } = await client().post('/v1/namespaces/list', { idempotencyKey: false });
  return results.find(({ namespace_name }) => namespace_name === name);
}

/** Leaves only one namespace, so that a session starts on its plugins page. */
afterEach(async () => {
  const { results } = await client().post('/v1/namespaces/list', { idempotencyKey: false });
  for (const { namespace_id, namespace_name } of results)
    if (namespace_name !== 'default')
      await client().delete('/v1/namespaces/{namespace_identifier}', { path: { namespace_identifier: namespace_id } });
});

test('a namespace is created, changed, and deleted by typing its name, and `default` can be neither renamed nor deleted', async () => {
  const page = await scene.signedInPage();
  await page.goto('/?all=true');
  await page.getByRole('button', { name: 'Create a namespace…' }).click();
  await dialog(page).getByLabel('Name', { exact: true }).fill('staging');
  await dialog(page).getByLabel('Description').fill('Before production');
  await page.getByRole('button', { name: 'Create the namespace' }).click();
  await page.getByText('staging is created.').waitFor();
  expect(await named('staging')).toMatchObject({
    description: 'Before production',
    feature_extractors: [{ feature_extractor_name: 'text_extractor', version: 'v1' }],
    keep_live_versions: null,
  });

  const row = page.getByRole('row', { name: /^staging / });
  await row.getByRole('button', { name: 'Edit…' }).click();
  await dialog(page).getByLabel('Name', { exact: true }).fill('stage');
  await dialog(page).getByLabel('Description').fill('');
  await dialog(page).getByLabel('Live versions to keep per plugin').fill('2');
  await dialog(page).getByLabel('Refuse new deployments with advisories').selectOption('high');
  await dialog(page).getByLabel('Least age of packages').fill('3d');
  await page.getByRole('button', { name: 'Save' }).click();
  const changed = page.getByRole('row', { name: /^stage / });
  await changed.getByText('2 of each plugin').waitFor();
  expect(await named('stage')).toMatchObject({
    description: null,
    keep_live_versions: 2,
    refuse_advisories: 'high',
    dependencies_older_than: '3d',
  });

  await changed.getByRole('button', { name: 'Delete…' }).click();
  const remove = dialog(page).getByRole('button', { name: 'Delete', exact: true });
  await dialog(page).getByLabel('Type stage to confirm').fill('staging');
  expect(await remove.isDisabled()).toBe(true);
  await dialog(page).getByLabel('Type stage to confirm').fill('stage');
  await remove.click();
  await page.getByText('stage is deleted.').waitFor();
  expect(await named('stage')).toBeUndefined();

  const first = page.getByRole('row', { name: /^default / });
  const buttons = await first.getByRole('button').allInnerTexts();
  expect(['Copy ID', 'Edit…', 'Delete…'].filter((name) => buttons.includes(name))).toEqual(['Copy ID', 'Edit…']);
  await first.getByRole('button', { name: 'Edit…' }).click();
  await dialog(page).getByLabel('Description').waitFor();
  expect(await dialog(page).getByLabel('Name', { exact: true }).count()).toBe(0);
});

test('a namespace is created by keyboard alone, and the dialog shows a working command for it', async () => {
  const page = await scene.signedInPage();
  await page.goto('/?all=true');
  await page.getByRole('button', { name: 'Create a namespace…' }).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByLabel('Name', { exact: true }).waitFor();
  await dialog(page).getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type("it's");
  await dialog(page).getByText('This action as a command').click();
  const [cli = ''] = await dialog(page).locator('details code').allInnerTexts();
  expect(cli).toBe(`slipway namespaces create 'it'\\''s'`);
  await dialog(page).getByLabel('Name', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /^it's / }).waitFor();
  await page
    .getByRole('row', { name: /^it's / })
    .getByRole('button', { name: 'Delete…' })
    .click();
  await dialog(page).getByText('This action as a command').click();
  const [remove = ''] = await dialog(page).locator('details code').allInnerTexts();
  const environment = { SLIPWAY_BASE_URL: scene.local.url, SLIPWAY_API_KEY: scene.local.api_key };
  expect(await inProcess(remove.split(' ').slice(1), environment)).toMatchObject({ exit: 'done' });
  expect(await named("it's")).toBeUndefined();
});

test('names and descriptions with markup are shown as text, and invisible characters must be typed as displayed', async () => {
  const name = hostileTexts.join(' ').slice(0, 190);
  const extractors = [{ feature_extractor_name: 'text_extractor', version: 'v1' }];
  const page = await scene.signedInPage();
  await client().post('/v1/namespaces', {
    body: { namespace_name: name, description: hostileTexts.join(' '), feature_extractors: extractors },
  });
  await page.goto('/?all=true');
  const row = page.getByRole('row').filter({ hasText: '<img src=x' });
  await row.getByText('[U+202E]').first().waitFor();
  await row.getByRole('button', { name: 'Delete…' }).click();
  const shown = await dialog(page).locator('label code').innerText();
  expect(shown).toContain('[U+202E]');
  const remove = dialog(page).getByRole('button', { name: 'Delete', exact: true });
  expect(await remove.isDisabled()).toBe(true);
  await dialog(page).getByRole('textbox').fill(shown);
  await expect.poll(() => remove.isDisabled()).toBe(false);
  expect(await page.locator('main :is(img, script, svg[onload])').count()).toBe(0);
  expect(await page.title()).toBe('Namespaces · Slipway');
});

test('a key without namespaces:admin sees namespaces but no actions', async () => {
  const { api_key } = await client().post('/v1/keys', { body: { name: 'reader', scopes: ['plugins:read'] } });
  const page = await (await scene.newContext()).newPage();
  await page.goto('/?all=true');
  await page.getByLabel('API key').fill(api_key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('API key').waitFor({ state: 'hidden' });
  await page.goto('/?all=true');
  await page.getByRole('row', { name: /^default / }).waitFor();
  expect(await page.getByRole('main').getByRole('button', { name: '…' }).count()).toBe(0);
});

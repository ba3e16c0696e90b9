// Tests the console's page that connects agents, in a browser.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

const setsPath = () => `/v1/namespaces/${scene.local.namespace_id}/tool-sets`;

/** Reads a set as the text that the server sent, because parsing rounds numbers. */
async function setText(name: string): Promise<string> {
  const client = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  return await (await client.request('get', `${setsPath()}/${name}`)).text();
}

async function putSet(name: string, parameters: string): Promise<void> {
  const client = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  const tool = `{"name":"repeat","plugin":"echo","kind":"extractor","parameters":${parameters}}`;
  await client.request('put', `${setsPath()}/${name}`, { content: `{"requires_approval":false,"tools":[${tool}]}` });
}

async function openTools(): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(scene.path('tools'));
  await page.getByRole('heading', { name: 'Connect an agent' }).waitFor();
  return page;
}

test('a set is made from a live plugin, appears in the choice of what an agent sees, and is deleted', async () => {
  const page = await openTools();
  await page.getByRole('button', { name: 'Make a set…' }).click();
  await dialog(page).getByLabel('Name', { exact: true }).fill('research');
  await dialog(page).getByLabel('Plugin').selectOption('echo');
  await dialog(page).getByLabel('Tool name').fill('repeat');
  await dialog(page).getByText('This action as a command').click();
  expect(await dialog(page).locator('details code').first().innerText()).toBe(
    `slipway tools set research --plugin echo=repeat --namespace ${scene.local.namespace_id}`,
  );
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /^research / });
  await row.waitFor();
  await page.getByLabel('The agent sees').selectOption('research');
  const url = `${scene.local.url}${setsPath()}/research/mcp`;
  await page.getByText(url, { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Codex' }).click();
  await page.getByRole('region', { name: 'Settings of Codex' }).getByText('[mcp_servers.research]').waitFor();

  await row.getByRole('button', { name: 'Delete' }).click();
  await dialog(page).getByLabel('Type research to confirm').fill('research');
  await dialog(page).getByRole('button', { name: 'Delete research' }).click();
  await row.waitFor({ state: 'detached' });
});

test('editing a set keeps the exact numbers of fixed parameters', async () => {
  const parameters = '{"seed":12345678901234567890,"scale":2.0}';
  await putSet('exact', parameters);
  const page = await openTools();
  await page.getByRole('button', { name: 'Edit exact…' }).click();
  await dialog(page).getByLabel('What is it for?').fill('Exactness');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row', { name: /^exact 1 Exactness/ }).waitFor();
  expect(await setText('exact')).toContain(parameters);
});

test('fixed parameters that are not an object, and names of other sets, are refused in the form', async () => {
  await putSet('taken', '{}');
  const page = await openTools();
  await page.getByRole('row', { name: /^taken/ }).waitFor();
  await page.getByRole('button', { name: 'Make a set…' }).click();
  const name = dialog(page).getByLabel('Name', { exact: true });
  await name.fill('taken');
  expect(await name.evaluate((input) => Reflect.get(input, 'validationMessage'))).toMatch(/Edit it instead/);
  const parameters = dialog(page).getByLabel('Fixed parameters');
  await parameters.fill('[1]');
  expect(await parameters.evaluate((area) => Reflect.get(area, 'validationMessage'))).toMatch(/JSON object/);
});

test("an agent's key is created for a set only, and its secret is shown once", async () => {
  await putSet('keyed', '{}');
  const page = await openTools();
  await page.getByRole('row', { name: /^keyed/ }).waitFor();
  await page.getByLabel('The agent sees').selectOption('keyed');
  await page.getByRole('button', { name: 'Create a key for it…' }).click();
  await dialog(page).getByLabel('Which agent is it for?').fill('agent');
  await dialog(page).getByRole('button', { name: 'Create the key' }).click();
  const secret = await page.getByRole('status', { name: 'New secret' }).locator('code').first().innerText();
  const status = async (path: string) =>
    (await fetch(`${scene.local.url}${path}`, { headers: { authorization: `Bearer ${secret}` } })).status;
  expect(await status(`/v1/namespaces/${scene.local.namespace_id}/plugins`)).toBe(403);
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  expect(await page.getByText(secret).count()).toBe(0);
});

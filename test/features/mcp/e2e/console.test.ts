// Tests the console's page that connects agents, in a browser.
// @module-tag long
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { signInLink } from '../../../../scripts/local/organization.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { signInByLink } from '../../../console/chromium.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

const accept = 'application/json, text/event-stream';

const setsPath = () => `/v1/namespaces/${scene.local.namespace_id}/tool-sets`;

const client = () => new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });

/** Reads a set as the text that the server sent, because parsing rounds numbers. */
async function setText(name: string): Promise<string> {
  return await (await client().request('get', `${setsPath()}/${name}`)).text();
}

async function putTools(name: string, tools: object[]): Promise<void> {
  await client().request('put', `${setsPath()}/${name}`, { content: JSON.stringify({ tools }) });
}

async function putSet(name: string, parameters: string): Promise<void> {
  const tool = `{"name":"repeat","plugin":"echo","kind":"extractor","parameters":${parameters}}`;
  await client().request('put', `${setsPath()}/${name}`, { content: `{"requires_approval":false,"tools":[${tool}]}` });
}

async function openTools(): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(scene.path('tools'));
  await page.getByRole('heading', { name: 'Connect an agent' }).waitFor();
  return page;
}

async function openSet(name: string): Promise<Page> {
  const page = await openTools();
  await page.getByRole('button', { name: `Edit ${name}…` }).click();
  await dialog(page).getByRole('button', { name: 'Save' }).waitFor();
  return page;
}

/** A tool of the set in the open dialog. */
const tool = (page: Page, name: string) => dialog(page).getByRole('group', { name, exact: true });
const problemOf = (field: Locator) => field.evaluate((input) => Reflect.get(input, 'validationMessage'));
const focused = (page: Page) => page.evaluate('document.activeElement.textContent');

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
  expect(await problemOf(name)).toMatch(/Edit it instead/);
  await dialog(page).getByLabel('Plugin').selectOption('echo');
  const parameters = dialog(page).getByLabel('Fixed parameters');
  await parameters.fill('[1]');
  expect(await problemOf(parameters)).toMatch(/JSON object/);
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
  const status = async (path: string, init?: RequestInit) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json', accept };
    return (await fetch(`${scene.local.url}/v1/namespaces/${scene.local.namespace_id}${path}`, { ...init, headers }))
      .status;
  };
  const list = { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' };
  expect(await status('/tool-sets/keyed/mcp', list)).toBe(200);
  expect(await status('/mcp', list)).toBe(403);
  expect(await status('/tool-sets/taken/mcp', list)).toBe(403);
  expect(await status('/plugins')).toBe(403);
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  expect(await page.getByText(secret).count()).toBe(0);
});

test('a set of 64 tools is a list of closed rows, and the focus follows what is added and removed', async () => {
  const tools = Array.from({ length: 63 }, (_, at) => ({ name: `tool_${at}`, plugin: 'echo' }));
  await putTools('many', [...tools, { name: 'last', plugin: 'echo', description: 'One line.\nAnother.' }]);
  const page = await openSet('many');
  expect(await dialog(page).getByLabel('Tool name').filter({ visible: true }).count()).toBe(0);
  const add = dialog(page).getByRole('button', { name: 'Add a tool' });
  expect(await add.count()).toBe(0);
  await tool(page, 'tool_7').locator('summary').press('Enter');
  await tool(page, 'tool_7').getByRole('button', { name: 'Remove' }).press('Enter');
  expect(await focused(page)).toMatch(/^tool_8 /);
  await add.press('Enter');
  expect(await focused(page)).toMatch(/^Choose a live plugin/);
  await tool(page, 'New tool').getByLabel('Plugin').selectOption('spare');
  expect(await tool(page, 'spare').locator('summary').innerText()).toBe('spare spare');
  await dialog(page).getByRole('button', { name: 'Save' }).press('Enter');
  await dialog(page).waitFor({ state: 'detached' });
  const saved = await client().get('/v1/namespaces/{namespace_id}/tool-sets/{name}', {
    path: { namespace_id: scene.local.namespace_id, name: 'many' },
  });
  expect(saved.tools.map(({ name }) => name)).toEqual([
    ...tools.map(({ name }) => name).filter((name) => name !== 'tool_7'),
    'last',
    'spare',
  ]);
  expect(saved.tools.at(-2)).toMatchObject({ description: 'One line.\nAnother.' });
});

test('a plugin chosen twice is refused at the name, also in a closed row, until the other is gone', async () => {
  await putTools('twice', [{ name: 'echo', plugin: 'echo' }]);
  const page = await openSet('twice');
  await dialog(page).getByRole('button', { name: 'Add a tool' }).click();
  const added = tool(page, 'New tool').last();
  await added.getByLabel('Plugin').selectOption('echo');
  const second = tool(page, 'echo').last();
  await second.locator('summary').click();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  expect(await problemOf(second.getByLabel('Tool name'))).toBe('Another tool of the set has this name.');
  expect(await second.getByLabel('Tool name').evaluate((input) => input.matches(':focus'))).toBe(true);
  await tool(page, 'echo').first().locator('summary').click();
  await tool(page, 'echo').first().getByRole('button', { name: 'Remove' }).click();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  expect(await setText('twice')).toContain('"name":"echo","plugin":"echo"');
});

test('tools without a live plugin stay in the set, and what is typed stays when the server refuses it', async () => {
  const gone = [
    { name: 'gone', plugin: 'nothing_live', version: '1.2.0' },
    { name: 'count', plugin: 'counter', kind: 'pipeline' },
  ];
  await putTools('kept', gone);
  const page = await openSet('kept');
  await tool(page, 'gone').getByText('nothing_live, not live').first().waitFor();
  await tool(page, 'count').getByText('counter (pipeline), not live').first().waitFor();
  await dialog(page).getByLabel('What is it for?').fill('Keeping');
  await dialog(page).getByLabel('Approved versions only').check();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page)
    .getByRole('alert')
    .getByText(/only extractors can be tools/)
    .waitFor();
  expect(await dialog(page).getByLabel('What is it for?').inputValue()).toBe('Keeping');
  await dialog(page).getByLabel('Approved versions only').uncheck();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('row', { name: /^kept 2 Keeping/ }).waitFor();
  const saved = JSON.parse(await setText('kept'));
  expect(saved).toMatchObject({ description: 'Keeping', tools: gone });
});

test('what waits for approval shows what differs, and why a key decides nothing', async () => {
  const { namespace_id } = scene.local;
  await putTools('proposed', [{ name: 'echo', plugin: 'echo' }]);
  const demand = (requires_approval: boolean) =>
    client().patch('/v1/namespaces/{namespace_identifier}', {
      path: { namespace_identifier: namespace_id },
      query: { without_approvers: 'true' },
      body: { requires_approval },
    });
  await demand(true);
  await putTools('proposed', [{ name: 'echo', plugin: 'echo', description: 'Repeats.' }]);
  await demand(false);
  const page = await openTools();
  const proposal = page.locator('section').filter({ hasText: 'proposed waits for approval' });
  await proposal.getByText('tools.echo.description').waitFor();
  await proposal.locator('.added').getByText('Repeats.').waitFor();
  await proposal.getByText('Only people approve and reject.').waitFor();
  expect(await proposal.getByRole('button').count()).toBe(0);
  await page.getByRole('row', { name: /^proposed Waits for approval/ }).waitFor();
});

test('who may not deploy sees sets without buttons that would fail', async () => {
  await putSet('shown', '{}');
  const { api_key } = await client().post('/v1/keys', { body: { name: 'reader', scopes: ['plugins:read'] } });
  const page = await (await scene.newContext()).newPage();
  await signInByLink(page, await signInLink({ url: scene.local.url, api_key }));
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.goto(scene.path('tools'));
  await page.getByRole('row', { name: /^shown/ }).waitFor();
  expect(await page.getByRole('main').getByRole('button', { name: /…$/ }).count()).toBe(0);
});

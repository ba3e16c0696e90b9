// Tests a namespace's overview, which is its start page, and a plugin's logs and settings.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { barriers } from './barriers.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

async function open(path: string): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(path);
  return page;
}

/** Returns the cells of each table row. Omits the last cell if it contains a time. */
async function rowsOf(page: Page, name: string): Promise<string[][]> {
  const table = page.getByRole('table', { name });
  await table.locator('tbody th').first().waitFor();
  const rows = await table.locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
  return cells.map((texts) => texts.map((text) => text.trim()));
}

test('the overview shows current failures, and links to the deployment that has the reason', async () => {
  const page = await open(`/n/${scene.local.namespace_id}`);
  await page.getByText('1 plugin fails').waitFor();
  // The cause comes with the deployments, in a request of its own.
  await expect
    .poll(() => rowsOf(page, 'Failing plugins'))
    .toEqual([
      [
        'broken',
        'Failed',
        'No version is live. EchoInferenceService at realtime.py:8: RuntimeError: no model here',
        'Why',
      ],
    ]);
  await page.getByRole('link', { name: 'Why broken fails' }).click();
  await page.getByRole('heading', { name: 'Deployment of broken' }).waitFor();
  await page.getByRole('heading', { name: /^Cause: / }).waitFor();
  await page.getByText('no model here').first().waitFor();
});

test("the overview lists live plugins, today's deployments with the users who started them, and the fullest quotas", async () => {
  const page = await open(`/n/${scene.local.namespace_id}`);
  const live = await rowsOf(page, 'Live plugins');
  expect(live.map(([plugin, version]) => [plugin, version])).toEqual([
    ['echo', '1.2.0'],
    ['spare', '1.0.0'],
  ]);
  const today = await rowsOf(page, 'Deployments, newest first');
  expect(today.map(([plugin, state, , trigger, who]) => [plugin, state, trigger, who])).toEqual([
    ['spare 1.0.0', 'Live', 'Publish', 'first key'],
    ['broken 1.0.0', 'Failed', 'Publish', 'first key'],
    ['echo 1.2.0', 'Live', 'Publish', 'first key'],
    ['echo 1.1.0', 'Standby', 'Publish', 'first key'],
    ['echo 1.0.0', 'Standby', 'Publish', 'first key'],
  ]);
  const usage = page.getByRole('region', { name: 'Usage' }).getByRole('listitem');
  await usage.first().waitFor();
  expect((await usage.allInnerTexts()).map((text) => text.trim().split(/\s*\n\s*/))).toEqual([
    ['Live plugins', '2 of 50 4% of the quota'],
    ['Active keys', '1 of 100 1% of the quota'],
    ['Namespaces', '1 of 100 1% of the quota'],
  ]);
});

test('the overview counts as many plugins as the page of plugins', async () => {
  const page = await open(`/n/${scene.local.namespace_id}`);
  const figure = page.getByText('Live plugins', { exact: true }).first().locator('..');
  await expect.poll(() => figure.innerText()).toMatch(/2 of 4/);
  await page.goto(scene.path('plugins'));
  await page.getByText('4 of 4 plugins').waitFor();
});

test('the overview lists what needs you, with its page and command, and counts it in the menu', async () => {
  const client = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  const namespaceId = scene.local.namespace_id;
  const page = await open(`/n/${namespaceId}`);
  const items = page.getByRole('region', { name: 'Needs you' }).getByRole('listitem');
  const count = page.getByRole('navigation', { name: 'Main' }).getByTitle('need you');
  await expect
    .poll(() => items.allInnerTexts())
    .toEqual([expect.stringMatching(/^Urgent broken 1\.0\.0 failed to deploy: /)]);
  await client.put('/v1/budget', { body: { stored_bytes: 1 } });
  await page.reload();
  await expect
    .poll(() => items.allInnerTexts())
    .toEqual([
      expect.stringMatching(/broken 1\.0\.0 failed to deploy/),
      expect.stringMatching(/% of the organization's monthly budget of stored bytes is spent.*slipway budget show/s),
    ]);
  expect(await count.innerText()).toBe('2');
  expect(await barriers(page)).toEqual([]);

  await items.getByRole('button', { name: /^Dismiss: .*budget/ }).click();
  await expect.poll(() => items.allInnerTexts()).toHaveLength(1);
  await expect.poll(() => page.getByTitle('needs you').innerText()).toBe('1');
  await page.reload();
  await expect.poll(() => items.allInnerTexts()).toHaveLength(1);
  await items.getByRole('link', { name: /^See why: broken/ }).click();
  await page.getByRole('heading', { name: 'Deployment of broken' }).waitFor();
});

test('deployments are filtered by state, trigger and actor, and the filters survive a reload', async () => {
  const page = await open(scene.path('deployments'));
  const filter = (name: string) => page.getByRole('combobox', { name, exact: true });
  const plugins = async () => (await rowsOf(page, 'Deployments, newest first')).map(([plugin]) => plugin);
  await filter('State').selectOption({ label: 'Failed' });
  await expect.poll(plugins).toEqual(['broken 1.0.0']);
  await filter('Who').selectOption({ label: 'first key' });
  await filter('Trigger').selectOption({ label: 'Publish' });
  await page.reload();
  await expect.poll(plugins).toEqual(['broken 1.0.0']);
  await filter('Trigger').selectOption({ label: 'Push' });
  await page.getByText('No deployment matches these filters.').waitFor();
});

test("a plugin's logs include all its versions, and are filtered by text", async () => {
  const page = await open(scene.path('plugins/echo'));
  await page.getByRole('navigation', { name: 'Pages of echo' }).getByRole('link', { name: 'Logs' }).click();
  await page.getByText("called with {'text': 'hello', 'times': 2}").first().waitFor();
  for (const version of ['1.0.0', '1.1.0', '1.2.0'])
    await page
      .getByRole('link', { name: `echo ${version}` })
      .first()
      .waitFor();
  await page.getByLabel('Text').fill('loud');
  await page.getByText("called with {'text': 'hello'").first().waitFor({ state: 'detached' });
  await page.getByText("'mode': 'loud'").first().waitFor();
});

test("a plugin's settings show its requested permissions", async () => {
  const page = await open(scene.path('plugins/echo/settings'));
  await page.getByText('It needs no secrets.').waitFor();
  await page.getByText('It needs no models.').waitFor();
  await page.getByText('No push deploys echo.').waitFor();
});

test("a rejected upload shows the step that rejected it, each step's duration and the reason", async () => {
  const page = await open(scene.path('plugins/echo/versions'));
  await page.getByRole('link', { name: 'Findings' }).click();
  await page.getByRole('heading', { name: 'echo 1.3.0' }).waitFor();
  const steps = page.getByRole('region', { name: 'Steps' }).getByRole('listitem');
  expect((await steps.allInnerTexts()).map((text) => text.trim().split(/\s*\n\s*/))).toEqual([
    ['Receive', expect.stringMatching(/^done, \d+(?:\.\d+)? m?s$/)],
    ['Scan', expect.stringMatching(/^rejected, \d+(?:\.\d+)? m?s$/)],
    ['Publish', 'not reached'],
  ]);
  await page.getByText('Instead.').first().waitFor();
});

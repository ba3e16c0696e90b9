// Tests the console's page of builders and clusters in a browser.
// @module-tag long
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

test("a cluster is listed with what its nodes can fetch, and the default placement becomes Ray's", async () => {
  const dashboard = await scriptedServer(
    { body: { ray_version: '2.60.0' } },
    { body: { applications: {} } },
    { body: {} },
    { body: { status: 'FAILED', driver_exit_code: 17 } },
  );
  onTestFinished(() => dashboard[Symbol.asyncDispose]());
  const added = await fetch(`${scene.local.url}/v1/admin/clusters`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.local.admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'gpus',
      dashboard_url: dashboard.url,
      serve_url: 'http://127.0.0.1:9',
      token: 'a-token-of-ray-0123456789abcdef',
      network: 'open',
      trusted_for: null,
    }),
  });
  expect([added.status, dashboard.answers]).toEqual([200, []]);
  const page = await scene.signedInPage();
  await page.getByRole('link', { name: 'Capacity' }).click();
  const row = page.getByRole('row', { name: /^gpus / });
  await row.getByText('ready').waitFor();
  await row.getByText('open, not confined').waitFor();
  await row.getByText('up to 8 MiB, store out of reach').waitFor();
  await page.getByRole('button', { name: 'Default placement…' }).click();
  await page.getByLabel('Plugins run', { exact: true }).selectOption('on a Ray cluster');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Plugins run on a Ray cluster by default.').waitFor();
  expect(await client().get('/v1/organization/settings')).toMatchObject({ placement: 'ray' });
});

test('the search for "builder" finds their page, which lists them', async () => {
  const page = await scene.signedInPage();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to a plugin, a version or a page' }).fill('builder');
  await page.getByRole('option', { name: 'Capacity' }).click();
  await page.getByRole('heading', { name: 'Capacity', level: 1 }).waitFor();
  await page.getByRole('table', { name: 'Builders', exact: true }).getByRole('row', { name: 'Builder 1 ok' }).waitFor();
});

test('the page lists the GPUs that builders lend to the organization, with its plugins on them', async () => {
  const GiB = 1024 ** 3;
  const { builders } = await client().get('/v1/builders');
  const holders = [{ plugin: 'clip@1.0.0', processes: 4, lent_bytes: 20 * GiB, used_bytes: 3 * GiB }];
  const card = { index: 0, uuid: 'GPU-1', name: 'NVIDIA H100', memory_bytes: 80 * GiB, free_bytes: 60 * GiB };
  const gpus = { whole_cards_only: null, cards: [{ ...card, holders }] };
  const page = await scene.signedInPage();
  await page.route('**/v1/builders', (route) => route.fulfill({ json: { builders: [{ ...builders[0], gpus }] } }));
  await page.goto('/clusters');
  const row = page.getByRole('table', { name: 'GPUs' }).getByRole('row', { name: 'NVIDIA H100 (card 0) Builder 1' });
  await row.getByText('60 GiB of 80 GiB free').waitFor();
  await row.getByText('clip@1.0.0: 20 GiB in 4 processes, 3 GiB used').waitFor();
});

test('a key that may only read plugins sees the page in the menu', async () => {
  const reader = await client().post('/v1/keys', { body: { name: 'reader', scopes: ['plugins:read'] } });
  const page = await (await scene.newContext()).newPage();
  await page.goto('/clusters');
  await page.getByLabel('API key').fill(reader.api_key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  await expect.poll(() => links.allInnerTexts()).toContain('Capacity');
});

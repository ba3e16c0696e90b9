// Tests releases in the console in a browser: the page with its live updates and actions, the list, and the split.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { SlipwayClient } from '../../../src/client/client.ts';
import { barriers } from '../barriers.ts';
import { consoleScene } from '../console-scene.ts';

const scene = consoleScene();
const plan = { steps: [{ percent: 10 }, { percent: 50 }], hold: '24h' };
const releasesPath = '/v1/namespaces/{namespace_id}/releases';

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

const dialog = (page: Page) => page.getByRole('dialog');

async function start(): Promise<string> {
  const path = { namespace_id: scene.local.namespace_id };
  const { id } = await client().post(releasesPath, { path, body: { plugin: 'echo', version: '1.1.0', plan } });
  return id;
}

let page: Page;
beforeAll(async () => {
  page = await scene.signedInPage();
});

test('a running release shows its calls, and a change made elsewhere, without a reload', async () => {
  const id = await start();
  await page.goto(scene.path(`releases/${id}`));
  await page.getByRole('heading', { name: 'echo 1.2.0 to 1.1.0' }).waitFor();
  await page.getByText('Rolling', { exact: true }).waitFor();
  await page.getByText(/^Waits for .* of the candidate/).waitFor();
  expect(await page.locator('[aria-current=step]').innerText()).toContain('10%');
  const path = { namespace_id: scene.local.namespace_id, slug: 'echo' };
  for (let call = 0; call < 25; call += 1)
    await client().post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', {
      path,
      body: { inputs: { text: 'hello' } },
    });
  await page.getByRole('row', { name: /^1\.2\.0 stable 90% [1-9]/ }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Next step…' }).click();
  await dialog(page).getByText('1.1.0 answers 50% of calls to echo from then on.').waitFor();
  await dialog(page).getByRole('button', { name: 'Cancel', exact: true }).click();
  await client().post(`${releasesPath}/{release_id}/step`, {
    path: { namespace_id: scene.local.namespace_id, release_id: id },
  });
  await page.locator('[aria-current=step]', { hasText: '50%' }).waitFor();
  await page.getByText('moved to the next step, at 50%').waitFor();
});

test('a plugin shows the split and its releases while one is active', async () => {
  await page.goto(scene.path('plugins/echo'));
  await page.getByText('1.1.0 answers 50% of calls').waitFor();
  await page.goto(scene.path('plugins/echo/releases'));
  await page.getByRole('row', { name: /^1\.2\.0 to 1\.1\.0 Rolling 50%/ }).waitFor();
  await page.getByRole('link', { name: '1.2.0 to 1.1.0' }).click();
  await page.getByRole('heading', { name: 'echo 1.2.0 to 1.1.0' }).waitFor();
});

test('a plugin, its versions and its deployments say that a release is in progress, and which version is the candidate', async () => {
  const candidate = page.locator('.status', { hasText: /^ ?Candidate$/ });
  await page.goto(scene.path('plugins/echo'));
  await page.getByRole('link', { name: 'Release in progress: 50% to 1.1.0' }).waitFor();
  expect(await page.getByText('should have replaced it').count()).toBe(0);
  await page.goto(scene.path('plugins/echo/versions'));
  await page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: '1.1.0' }) })
    .locator(candidate)
    .first()
    .waitFor();
  await page.goto(scene.path('plugins/echo/versions/1.1.0'));
  await candidate.waitFor();
  await page.goto(scene.path('plugins/echo/deployments'));
  await page
    .getByRole('row', { name: /1\.1\.0/ })
    .locator(candidate)
    .waitFor();
  await page.getByRole('link', { name: 'Release in progress' }).click();
  await page.getByRole('heading', { name: 'echo 1.2.0 to 1.1.0' }).waitFor();
});

test('a release is paused, resumed and reverted, with the reason in its decisions', async () => {
  await page.getByRole('button', { name: 'Pause…' }).click();
  await dialog(page).getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByText('Paused', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Next step…' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Resume…' }).click();
  await dialog(page).getByRole('button', { name: 'Resume', exact: true }).click();
  await page.getByText('Rolling', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Revert…' }).click();
  await dialog(page).getByText('All calls to echo go to 1.2.0 again.').waitFor();
  await dialog(page).getByLabel('Reason').fill('wrong scores');
  await dialog(page).getByRole('button', { name: 'Revert', exact: true }).click();
  await page.getByText('Reverted', { exact: true }).waitFor();
  await page.getByText('reverted the release, at 0%: wrong scores').waitFor();
  expect(await page.getByRole('button', { name: 'Revert…' }).count()).toBe(0);
  await page.goto(scene.path('plugins/echo'));
  await page.getByText('Live 1.2.0').waitFor();
  expect(await page.getByText('of calls').count()).toBe(0);
});

test('a rollback during a release offers the stable version, and ends the release, like the command', async () => {
  const id = await start();
  await page.goto(scene.path('plugins/echo'));
  await page.getByRole('button', { name: 'Roll back to 1.2.0…' }).click();
  await dialog(page).getByText('This ends the release: all calls to echo go to 1.2.0 again.').waitFor();
  await dialog(page).getByLabel('Reason').fill('slower');
  await dialog(page).getByRole('button', { name: 'Roll back to 1.2.0', exact: true }).click();
  await page.getByText('Release in progress').waitFor({ state: 'detached' });
  await page.getByText('Live 1.2.0').waitFor();
  const path = { namespace_id: scene.local.namespace_id, release_id: id };
  const { reason, state } = await client().get(`${releasesPath}/{release_id}`, { path });
  expect([state, reason]).toEqual(['reverted', 'slower']);
});

test('a version is deployed step by step, as the dialog and its command say', async () => {
  await page.goto(scene.path('plugins/echo'));
  await page.getByRole('button', { name: 'Deploy…' }).click();
  await dialog(page).getByText('as the manifest says, else all at once').waitFor({ state: 'attached' });
  await dialog(page).getByLabel('Calls move').selectOption('standard');
  await dialog(page).getByText('This action as a command').click();
  expect(await dialog(page).locator('details code').first().innerText()).toContain('--release standard');
});

test("a namespace's default is changed to step by step, as an undeployed version's page says", async () => {
  await page.goto('/?all=true');
  const row = page.getByRole('row', { name: /^default / });
  await row.getByRole('button', { name: 'Edit…' }).click();
  await dialog(page).getByLabel('Calls move to a new version').selectOption('standard');
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText('step by step (1, 10, 50%)').waitFor();
  const path = { namespace_id: scene.local.namespace_id, plugin_id: 'echo_1_0_0' };
  await client().post('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/undeploy', { path });
  await page.goto(scene.path('plugins/echo/versions/1.0.0'));
  await page.getByText('calls move to it step by step (1, 10, 50%), as the namespace says').waitFor();
});

test('a key that may only read sees a release without its actions', async () => {
  const id = await start();
  const { api_key } = await client().post('/v1/keys', { body: { name: 'reader', scopes: ['plugins:read'] } });
  const reading = await (await scene.newContext()).newPage();
  await reading.goto(scene.path(`releases/${id}`));
  await reading.getByLabel('API key').fill(api_key);
  await reading.getByRole('button', { name: 'Sign in' }).click();
  await reading.getByRole('heading', { name: 'echo 1.2.0 to 1.1.0' }).waitFor();
  expect(await reading.getByRole('button', { name: /^(Next step|Pause|Revert|Cancel)/ }).count()).toBe(0);
});

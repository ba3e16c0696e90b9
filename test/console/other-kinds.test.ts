// Tests the pages for Go plugins in a browser.
// @module-tag long
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { GitServer } from '../builder/sources/git-server.ts';
import { versionPluginSource } from '../e2e/plugins.ts';
import { barriers } from './barriers.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();
/** The first build on a machine compiles Go's standard library. */
const firstBuildMs = 900_000;

function api(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
}

test('a kind without plugins shows its description and the command that installs one', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins'));
  await page.getByRole('combobox', { name: 'Kind' }).selectOption('storage');
  await page.getByText('No storage plugin is installed.').waitFor();
  await page.getByText('--kind storage').first().waitFor();
});

test('a Go plugin shows its source and where it runs, is called, and has its calls counted', {
  tags: ['git', 'go'],
  timeout: firstBuildMs,
}, async () => {
  const git = await GitServer.start();
  onTestFinished(() => git.close());
  const repository = git.repository('reporter');
  const readme = '# Reporter\n\nSays its [version](version.go).\n';
  const commit = repository.commit({ ...versionPluginSource('1.0.0'), 'README.md': readme });
  const body = { repository_url: repository.url, name: 'reporter' };
  await api().post('/api/plugins', { body });
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins?kind=pipeline'));
  await page.getByRole('link', { name: 'reporter' }).click();
  await page
    .locator('.head')
    .getByText('Live', { exact: true })
    .waitFor({ timeout: firstBuildMs / 2 });
  const tab = (name: string) => page.getByRole('navigation', { name: 'Pages of reporter' }).getByRole('link', { name });
  await tab('Settings').click();
  await page.getByText(commit).first().waitFor();
  expect(await page.getByText('Runs in').locator('..').innerText()).toMatch(/^Runs in\n(isolate|container: .+)$/);
  expect(await barriers(page)).toEqual([]);
  await tab('Logs').click();
  await page.getByRole('heading', { name: 'Instance log' }).waitFor();
  expect(await barriers(page)).toEqual([]);
  await tab('README').click();
  const shown = page.getByRole('region', { name: 'README of main' });
  await shown.getByText('Says its version.').waitFor();
  expect(await shown.getByRole('link').count()).toBe(0);
  expect(await barriers(page)).toEqual([]);
  await tab('Playground').click();
  expect(await page.getByLabel('Action').inputValue()).toBe('report');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  expect(await page.getByRole('region', { name: 'Answer', exact: true }).innerText()).toContain('"version": "1.0.0"');
  expect(await barriers(page)).toEqual([]);
  await tab('Overview').click();
  await page.getByRole('table', { name: 'Calls in the last 24 h by version' }).getByText(commit.slice(0, 12)).waitFor();
  expect(await barriers(page)).toEqual([]);
});

test('a Go plugin is installed, updated, compared, rolled back and uninstalled by typing its name', {
  tags: ['git', 'go'],
  timeout: firstBuildMs,
}, async () => {
  const git = await GitServer.start();
  onTestFinished(() => git.close());
  const repository = git.repository('turned');
  const first = repository.commit(versionPluginSource('1.0.0'));
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins'));
  await page.getByRole('button', { name: 'Install from Git…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Go pipeline').check();
  await dialog.getByLabel('Repository').fill(repository.url);
  await dialog.getByLabel('Name').fill('turned');
  await dialog.getByText('This action as a command').click();
  expect(await dialog.locator('details code').first().innerText()).toBe(
    `slipway install ${repository.url} --kind pipeline --name turned`,
  );
  await page.getByRole('button', { name: 'Install', exact: true }).click();
  await page
    .locator('.head')
    .getByText('Live', { exact: true })
    .waitFor({ timeout: firstBuildMs / 2 });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the executable' }).click(),
  ]);
  expect([download.suggestedFilename(), await download.failure()]).toEqual(['turned', null]);

  const second = repository.commit(versionPluginSource('2.0.0'));
  await page.getByRole('button', { name: 'Update…' }).click();
  await page.getByRole('button', { name: 'Update', exact: true }).click();
  await page.getByRole('link', { name: 'Compare main' }).click({ timeout: firstBuildMs / 2 });
  await page.getByText('plugin.go').first().waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(new URL(page.url()).search).toBe(`?from=${first}&to=${second}`);
  await page.goBack();
  await page.getByRole('button', { name: 'Roll back to this…' }).click();
  await dialog.getByLabel('Reason').fill('2.0.0 is wrong');
  await page.getByRole('button', { name: 'Roll back', exact: true }).click();
  await page.getByText('Calls to turned now go to main.').waitFor();
  const path = { name: 'turned' };
  expect(await api().get('/api/plugins/{name}', { path })).toMatchObject({ git_commit_hash: first });

  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Uninstall…' }).click();
  await dialog.getByLabel('Type turned to confirm').fill('turned');
  await page.getByRole('button', { name: 'Uninstall', exact: true }).click();
  await page.getByText('turned is uninstalled.').waitFor();
  await expect(api().get('/api/plugins/{name}', { path })).rejects.toMatchObject({ status: 404 });
});

test('a Go plugin whose install failed shows the reason', { tags: ['git'] }, async () => {
  const git = await GitServer.start();
  onTestFinished(() => git.close());
  const repository = git.repository('unfinished');
  repository.commit({ 'README.md': 'nothing yet' });
  const body = { repository_url: repository.url, name: 'unfinished', git_ref: 'missing' };
  await api().post('/api/plugins', { body, headers: { prefer: 'wait=0' } });
  const page = await scene.signedInPage();
  await page.goto(scene.path('go/pipeline/unfinished'));
  await page.getByRole('heading', { name: 'Build and start' }).waitFor();
  await page.getByText('The repository has no tag or branch missing.').waitFor();
});

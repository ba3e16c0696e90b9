// Tests the pages for Go plugins and agent plugins in a browser.
// @module-tag long
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { GitServer } from '../builder/sources/git-server.ts';
import { versionPluginSource } from '../e2e/plugins.ts';
import { barriers } from './barriers.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();
const artifact = 'an artifact';
/** The first build on a machine compiles Go's standard library. */
const firstBuildMs = 900_000;

function checksumOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function api(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
}

async function artifactServer(): Promise<string> {
  const server = createServer((_, answer) => answer.end(artifact));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}/artifact.tar.gz`;
}

async function register(name: string, version: string, checksum: string): Promise<void> {
  const artifactUrl = await artifactServer();
  const body = {
    name,
    version,
    pluginType: 'log',
    pluginRuntime: 'go',
    artifactUrl,
    checksum,
    configSchema: '{}',
  } as const;
  await api().post('/api/v1/plugins', { body });
}

test("an agent plugin shows its artifact's actual checksum, and whether it is the registered one", async () => {
  await register('nginx-logs', '1.0.0', checksumOf(artifact));
  await register('nginx-logs', '1.1.0', checksumOf('another artifact'));
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins?kind=agent'));
  await page.getByLabel('Filter by name').fill('nginx');
  await expect.poll(() => page.url()).toContain('name=nginx');
  await page.getByRole('link', { name: 'nginx-logs' }).first().click();
  await page
    .getByRole('heading', { name: '1.0.0' })
    .getByText(/ verified$/i)
    .waitFor();
  const wrong = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '1.1.0' }) });
  await wrong.getByText('has a different checksum').waitFor();
  await wrong.getByText(checksumOf('another artifact'), { exact: true }).waitFor();
  await wrong.getByText(checksumOf(artifact), { exact: true }).waitFor();
  await wrong.getByRole('button', { name: 'Verify again' }).click();
  await wrong.getByText('has a different checksum').waitFor();
});

test('an agent plugin is registered, described, validates configurations, and is withdrawn by typing its name', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins?kind=agent'));
  await page.getByRole('button', { name: 'Register an agent plugin…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('disk-metrics');
  await dialog.getByLabel('Version').fill('1.0.0');
  await dialog.getByLabel('What it collects').selectOption('metric');
  await dialog.getByLabel('Artifact URL').fill(await artifactServer());
  const file = { name: 'artifact.tar.gz', mimeType: 'application/gzip', buffer: Buffer.from(artifact) };
  await dialog.getByLabel('Artifact on this machine').setInputFiles(file);
  await dialog.getByLabel('Configuration JSON Schema').fill('{"properties": {"interval": {"type": "integer"}}}');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  const version = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: '1.0.0' }) });
  await version.getByText(checksumOf(artifact), { exact: true }).first().waitFor();

  await version.getByRole('button', { name: 'Edit…' }).click();
  await dialog.getByLabel('Description').fill('<img src=x onerror="document.title=1">');
  await dialog.getByLabel('Labels as JSON').fill('{"team": "edge"}');
  await dialog.getByText('This action as a command').click();
  expect(await dialog.locator('details code').first().innerText()).toContain(`-F 'labels={"team":"edge"}'`);
  await page.getByRole('button', { name: 'Save' }).click();
  await version.getByText('team=edge').waitFor();
  await version.getByText('<img src=x onerror="document.title=1">').waitFor();

  await version.getByRole('button', { name: 'Validate a configuration…' }).click();
  await dialog.getByLabel('Configuration as JSON').fill('{"interval": "often"}');
  await page.getByRole('button', { name: 'Validate', exact: true }).click();
  await dialog.getByText('The configuration is not valid').waitFor();
  await dialog.getByText('/interval').waitFor();
  await dialog.getByLabel('Configuration as JSON').fill('{"interval": 10}');
  await page.getByRole('button', { name: 'Validate', exact: true }).click();
  await dialog.getByText('The configuration is valid').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();

  await version.getByRole('button', { name: 'Withdraw…' }).click();
  await dialog.getByLabel('Type disk-metrics to confirm').fill('disk-metrics');
  await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await page.getByText('All versions are withdrawn.').waitFor();
  expect(await api().get('/api/v1/plugins/by-name/{name}', { path: { name: 'disk-metrics' } })).toMatchObject({
    versions: [{ pluginType: 'metric', labels: { team: 'edge' }, yanked: true }],
  });
});

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
  const commit = repository.commit(versionPluginSource('1.0.0'));
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

// Tests the pages for agent plugins in a browser.
// @module-tag long
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';

const scene = consoleScene();
const artifact = 'an artifact';

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

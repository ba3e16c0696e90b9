// Tests grants in a browser: the console's page of grants, granting from a plugin's page, and what a version's page says about them.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { Reader } from '../../../console/work/reader.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

/** The namespace parameter in paths. */
const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

test("a grant extends the plugin's hosts, secrets and memory, and is revoked as a whole", async () => {
  const page = await scene.signedInPage();
  await page.goto('/grants');
  const grant = async (fill: () => Promise<unknown>) => {
    await page.getByRole('button', { name: 'Grant…' }).click();
    await dialog(page).getByLabel('Plugin').fill('echo');
    await fill();
    await page.getByRole('button', { name: 'Grant', exact: true }).click();
    await page.getByRole('dialog', { name: 'Grant permissions to a plugin' }).waitFor({ state: 'detached' });
  };
  await grant(() => dialog(page).getByLabel('Hosts it may reach').fill('api.example.com\n*.example.org'));
  await grant(async () => {
    await dialog(page).getByLabel('Secrets it may read').fill('API_TOKEN');
    await dialog(page).getByLabel('Memory, in MiB').fill('512');
  });
  const row = page.getByRole('row', { name: /^echo / });
  await row.getByText('network api.example.com · network *.example.org · secret API_TOKEN · memory 512 MiB').waitFor();
  expect((await client().get('/v1/grants')).results).toMatchObject([
    {
      plugin: 'echo',
      kind: 'extractor',
      ...inNamespace(),
      permissions: { network: ['api.example.com', '*.example.org'], secrets: ['API_TOKEN'], memory_mb: 512 },
    },
  ]);

  await row.getByRole('button', { name: 'Revoke…' }).click();
  await page.getByLabel('Type echo to confirm').fill('echo');
  await page.getByRole('button', { name: 'Revoke', exact: true }).click();
  await page.getByText('No grants yet').waitFor();
  expect((await client().get('/v1/grants')).results).toEqual([]);
});

test('a reader who knows only the texts can do "echo needs api.example.com"', async () => {
  const page = await scene.signedInPage();
  const reader = new Reader(page);
  await reader.click(/^echo$/);
  await reader.click('Grant…');
  await page.getByLabel('Hosts it may reach', { exact: true }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('api.example.com');
  await reader.click(/^Grant$/);
  await page.getByText('Granted to echo.').waitFor();
  reader.report('Give a plugin a host');
  expect(reader.clicks).toBe(3);
  const { results } = await client().get('/v1/grants');
  expect(results).toMatchObject([{ plugin: 'echo', permissions: { network: ['api.example.com'] } }]);
});

function fetcher(version: string, asked = '') {
  const plugin = echoPlugin('fetcher', version);
  return { ...plugin, files: { ...plugin.files, 'manifest.py': `${plugin.files['manifest.py']}${asked}` } };
}

async function openPage(path: string): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(scene.path(`plugins/fetcher/${path}`));
  return page;
}

async function fact(page: Page, name: string): Promise<string> {
  return page.getByRole('term').getByText(name, { exact: true }).locator('xpath=following-sibling::dd').innerText();
}

describe('the page of a version of a granted plugin', () => {
  /** 1.0.0 asks for no permissions; 1.1.0 asks for two hosts, one of which is granted. */
  beforeAll(async () => {
    await publish(scene.client, fetcher('1.0.0'));
    const asked = 'permissions = {"network": ["api.example.com", "*.internal.example:9042"]}\n';
    await publish(scene.client, fetcher('1.1.0', asked));
    const permissions = { network: ['api.example.com'] };
    await client().put('/v1/grants', {
      body: { plugin: 'fetcher', namespace: scene.local.namespace_id, permissions },
    });
  });

  test('a version shows its requested and granted permissions, and the command that grants the missing ones', async () => {
    const page = await openPage('versions/1.1.0');
    await page.getByRole('heading', { name: 'Permissions' }).waitFor();
    expect(await fact(page, 'Asked for')).toBe('network api.example.com, network *.internal.example:9042');
    expect(await fact(page, 'Granted to all versions')).toBe('network api.example.com');
    expect(await fact(page, 'Missing')).toBe('network *.internal.example:9042');
    await page.getByText("slipway grants give fetcher --network '*.internal.example:9042'", { exact: true }).waitFor();
  });

  test('a version that asks for no permissions lacks nothing, whatever is granted', async () => {
    const page = await openPage('versions/1.0.0');
    await page.getByRole('heading', { name: 'Permissions' }).waitFor();
    expect(await fact(page, 'Asked for')).toBe('none');
    expect(await fact(page, 'Granted to all versions')).toBe('network api.example.com');
    expect(await page.getByRole('term').getByText('Missing').count()).toBe(0);
    expect(await page.getByText('slipway grants give').count()).toBe(0);
  });
});

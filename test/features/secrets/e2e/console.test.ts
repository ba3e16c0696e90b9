// Tests the console's page of secrets in a browser.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { waitUntilSettled } from '../../../../scripts/demo/extractor-client.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { followNeeds } from '../../../console/followed-needs.ts';
import { Reader } from '../../../console/work/reader.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';
import { patienceMs } from '../../../support/waiting.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

/** The open dialog. The page behind it also has labels. */
const dialog = (page: Page) => page.getByRole('dialog');

/** Publishes a plugin whose manifest asks for a secret. */
async function publishAsking(): Promise<void> {
  const plugin = echoPlugin('asking', '1.0.0');
  plugin.files['manifest.py'] += 'permissions = {"secrets": ["API_KEY"]}\n';
  await publish(scene.client, plugin);
}

test('a secret is entered and never shown, gets another value, and is deleted', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('secrets'));
  await page.getByRole('button', { name: 'Set a secret…' }).click();
  await dialog(page).getByLabel('Name').fill('API_TOKEN');
  await dialog(page).getByLabel('Value').fill(' correct horse battery staple ');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  const row = page.getByRole('row', { name: /^API_TOKEN / });
  await row.waitFor();
  expect(await page.content()).not.toContain('correct horse');
  const revision = async () => {
    const { results } = await client().get('/v1/namespaces/{namespace_id}/secrets', { path: inNamespace() });
    return results.map(({ name, revision }) => [name, revision]);
  };
  expect(await revision()).toEqual([['API_TOKEN', 1]]);
  await row.getByRole('button', { name: 'Replace value…' }).click();
  await dialog(page).getByLabel('Value').fill('another value');
  await page.getByRole('button', { name: 'Replace', exact: true }).click();
  await page.getByRole('dialog', { name: 'Replace the value of API_TOKEN' }).waitFor({ state: 'detached' });
  expect(await revision()).toEqual([['API_TOKEN', 2]]);
  await row.getByText('Not used').waitFor();

  await row.getByRole('button', { name: 'Delete…' }).click();
  await page.getByLabel('Type API_TOKEN to confirm').fill('API_TOKEN');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('No secrets yet').waitFor();
});

test('a reader who knows only the texts can do "API_TOKEN was leaked, replace it", and sees when the new value is in use', async () => {
  await publishKeeper('leaked');
  expect(await charsOfToken()).toBe('leaked'.length);
  const page = await scene.signedInPage();
  const reader = new Reader(page);
  await reader.click(/^Secrets$/);
  await reader.click('Replace value…');
  await page.getByLabel('Value', { exact: true }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('another one');
  await reader.click(/^Replace$/);
  await page.getByText('API_TOKEN has another value.').waitFor();
  await page.getByRole('row', { name: /^API_TOKEN In use / }).waitFor();
  reader.report('Replace a secret');
  expect(reader.clicks).toBe(3);
  expect(await charsOfToken()).toBe('another one'.length);
});

/** Publishes a plugin that answers with the length of API_TOKEN. */
async function publishKeeper(value: string): Promise<void> {
  const path = { namespace_id: scene.local.namespace_id, name: 'API_TOKEN' };
  await client().put('/v1/namespaces/{namespace_id}/secrets/{name}', { path, body: { value } });
  const plugin = echoPlugin('keeper', '1.0.0');
  const counting = plugin.files['realtime.py'].replace('"inputs": inputs', '"chars": len(get("API_TOKEN"))');
  const files = {
    ...plugin.files,
    'manifest.py': `${plugin.files['manifest.py']}permissions = {"secrets": ["API_TOKEN"]}\n`,
    'realtime.py': `from shared.plugins.secrets import get\n${counting}`,
  };
  await publish(scene.client, { ...plugin, files });
  await scene.client.deploy(plugin.pluginId);
  await waitUntilSettled(scene.client, plugin.pluginId, patienceMs);
}

async function charsOfToken(): Promise<unknown> {
  const path = { namespace_id: scene.local.namespace_id, slug: 'keeper' };
  const call = '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime';
  const { raw_response } = await client().post(call, { path, body: { inputs: { text: 'hello' } } });
  return z.object({ chars: z.number() }).parse(raw_response).chars;
}

// The last test, since the secret that it sets stays.
followNeeds(scene, {
  missing: {
    title: 'asking 1.0.0 lacks ',
    command: 'slipway secrets set API_KEY',
    make: publishAsking,
    resolve: async () => {
      const path = { ...inNamespace(), name: 'API_KEY' };
      await client().put('/v1/namespaces/{namespace_id}/secrets/{name}', { path, body: { value: 'a secret' } });
    },
  },
});

// Tests the search in a browser: in the palette, and on the plugins page.
// @module-tag long
import { expect, test } from 'vitest';
import { ExtractorClient } from '../../../../scripts/demo/extractor-client.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';

const scene = consoleScene();

/** Publishes a plugin into another namespace than the console's, and waits until the search finds it. */
async function publishElsewhere(): Promise<void> {
  const client = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  const feature_extractors = [{ feature_extractor_name: 'text', version: '1.0.0' }];
  const body = { namespace_name: 'elsewhere', feature_extractors };
  const { namespace_id } = await client.post('/v1/namespaces', { body });
  const plugin = echoPlugin('named_entities', '1.0.0');
  const extra = `\ntags = ["linguistics"]\ndescription = "Finds people and places. ${'It knows many languages. '.repeat(4)}"\n`;
  const files = { ...plugin.files, 'manifest.py': plugin.files['manifest.py'] + extra };
  await publish(new ExtractorClient({ ...scene.local, namespace_id }), { ...plugin, files });
  await expect
    .poll(async () => (await client.get('/v1/search', { query: { q: 'linguistics' } })).results.length)
    .toBe(1);
}

test("the palette and the plugins page find another namespace's plugin by its tag", async () => {
  const page = await scene.signedInPage();
  await publishElsewhere();
  await page.goto(scene.path('plugins'));
  await page.getByRole('heading', { name: 'Plugins' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('linguistcs');
  await page.getByRole('option', { name: 'named_entities plugin in elsewhere' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('lingu');
  const results = page.getByRole('region', { name: 'Search results' });
  await results.getByText('#linguistics').waitFor();
  expect(await results.innerText()).toContain('Finds people and places.');
  await results.getByRole('link', { name: 'named_entities' }).click();
  await page.getByRole('heading', { name: 'named_entities' }).waitFor();
});

// Tests the console's pages for organization plugins in a browser: enabling with parameters, disabling, a version's page, deleting.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { packFiles } from '../../../scripts/demo/pack.ts';
import { SlipwayClient } from '../../../src/client/client.ts';
import { publish } from '../../../src/client/publish.ts';
import { echoPlugin } from '../../e2e/plugins.ts';
import { barriers } from '../barriers.ts';
import { consoleScene, hostileTexts } from '../console-scene.ts';

const scene = consoleScene({ plugins: false });

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

const dialog = (page: Page) => page.getByRole('dialog');
const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

beforeAll(async () => {
  const plugin = echoPlugin('shared', '1.0.0');
  const description = JSON.stringify(hostileTexts.slice(0, 4).join(' '));
  const manifest = plugin.files['manifest.py'].replace('"Echoes its inputs"', description);
  const archive = new Blob([await packFiles({ ...plugin.files, 'manifest.py': manifest })]);
  await publish(client(), { name: 'shared', version: '1.0.0', archive });
});

async function enabled() {
  const { plugins } = await client().get('/v1/namespaces/{namespace_id}/plugins/available', { path: inNamespace() });
  return plugins.map(({ enabled_in_namespace, parameters }) => ({ enabled_in_namespace, parameters }));
}

test('an organization version is enabled with parameters, gets new parameters, and is disabled by typing its name', async () => {
  const page = await scene.signedInPage();
  await page.getByRole('link', { name: 'Plugins', exact: true }).click();
  await page.getByRole('link', { name: 'Organization plugins' }).click();
  const row = page.getByRole('row', { name: /^shared 1.0.0 / });
  await row.getByRole('button', { name: 'Enable…' }).click();
  const parameters = dialog(page).getByLabel('Parameters as JSON');
  await parameters.fill('[1]');
  await page.getByRole('button', { name: 'Enable', exact: true }).click();
  expect(await parameters.evaluate((area) => Reflect.get(area, 'validationMessage'))).toBe('Use a JSON object.');
  expect(await enabled()).toEqual([{ enabled_in_namespace: false, parameters: null }]);
  await parameters.fill('{"top": 3}');
  await dialog(page).getByLabel('Deploy it').uncheck();
  await dialog(page).getByText('This action as a command').click();
  const [cli = '', curl = ''] = await dialog(page).locator('details code').allInnerTexts();
  const { namespace_id } = scene.local;
  expect(cli).toBe(`slipway enable shared@1.0.0 --params '{"top": 3}' --no-deploy --namespace ${namespace_id}`);
  expect(curl).toContain(`--json '{"deploy":false,"params":{"top":3}}'`);
  await page.getByRole('button', { name: 'Enable', exact: true }).click();
  await row.getByText('Enabled', { exact: true }).waitFor();
  expect(await enabled()).toEqual([{ enabled_in_namespace: true, parameters: { top: 3 } }]);

  await row.getByRole('button', { name: 'Parameters…' }).click();
  await parameters.fill('{"top": 5}');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('link', { name: 'Deployment', exact: true }).click();
  await page.getByRole('main').getByText('Live', { exact: true }).waitFor();
  expect(await enabled()).toEqual([{ enabled_in_namespace: true, parameters: { top: 5 } }]);

  await page.goto(scene.path('organization-plugins'));
  await row.getByRole('button', { name: 'Disable…' }).click();
  await dialog(page).getByLabel('Type shared to confirm').fill('shared');
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await row.getByText('Not enabled').waitFor();
  expect(await enabled()).toEqual([{ enabled_in_namespace: false, parameters: null }]);
});

test('an organization version shows its scan, files and deployments as text, is downloaded, and is deleted by typing its name', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('organization-plugins'));
  await page.getByRole('link', { name: 'shared 1.0.0' }).click();
  await page.getByRole('heading', { name: 'shared 1.0.0' }).waitFor();
  await page.getByText('<img src=x onerror="document.title=1">').first().waitFor();
  await page.getByText('manifest.py').click();
  await page.getByText('</script><script>document.title=1</script>').nth(1).waitFor();
  expect(await page.locator('main :is(img, script, iframe)').count()).toBe(0);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(await download.failure()).toBeNull();
  expect(await barriers(page)).toEqual([]);

  await page.getByRole('button', { name: 'Delete…' }).click();
  await dialog(page).getByLabel('Type shared to confirm').fill('shared');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('The organization has no plugins of its own yet.').waitFor();
  expect(await page.title()).toBe('Organization plugins · Slipway');
});

// @module-tag uv
// @module-tag long
// Tests a version's page, and the differences between two versions: installed packages, fixed findings.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { fetchUv, toolsFolder } from '../../scripts/testing/uv.ts';
import { writeWheel } from '../builder/environments/wheels.ts';
import { newFolder } from '../builder/support.ts';
import { inProcess } from '../cli/in-process.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { patienceMs } from '../support/waiting.ts';
import { consoleScene } from './console-scene.ts';

const wheels = newFolder();
const scene = consoleScene({ plugins: false, env: { BUILDER_WHEELS: wheels, BUILDER_TOOLS: toolsFolder } });

/** `fetcher` 1.0.0 asks for no permissions and has a warning; 1.1.0 asks for two hosts. */
beforeAll(async () => {
  await fetchUv();
  for (const version of ['1.0.0', '2.0.0'])
    writeWheel(wheels, { name: 'planned', version, requires: ['planned_base'] });
  writeWheel(wheels, { name: 'planned_base' });
  await publish(scene.client, fetcher('1.0.0', 'planned==1.0.0', { 'settings.py': 'import pickle\n' }));
  await deploy('1.0.0');
  const asked = 'permissions = {"network": ["api.example.com", "*.internal.example:9042"]}\n';
  await publish(scene.client, fetcher('1.1.0', 'planned==2.0.0', {}, asked));
  await publish(scene.client, fetcher('1.2.0', 'planned==2.0.0'));
  await deploy('1.2.0');
});

function fetcher(version: string, requirement: string, more: Record<string, string> = {}, asked = '') {
  const plugin = echoPlugin('fetcher', version);
  const manifest = `${plugin.files['manifest.py']}${asked}`;
  return {
    ...plugin,
    files: { ...plugin.files, 'manifest.py': manifest, 'requirements.txt': `${requirement}\n`, ...more },
  };
}

async function deploy(version: string): Promise<void> {
  const id = `fetcher_${version.replaceAll('.', '_')}`;
  await scene.client.deploy(id);
  await waitUntilSettled(scene.client, id, patienceMs);
}

async function openPage(path: string): Promise<Page> {
  const page = await scene.signedInPage();
  await page.goto(scene.path(`plugins/fetcher/${path}`));
  return page;
}

async function fact(page: Page, name: string): Promise<string> {
  return page.getByRole('term').getByText(name, { exact: true }).locator('xpath=following-sibling::dd').innerText();
}

test('a deployed version lists its locked packages, and a version that was never deployed says when they will be locked', async () => {
  const page = await openPage('versions/1.0.0');
  await page.getByText('Installed packages').first().click();
  const rows = page.getByRole('table', { name: 'Installed packages' }).locator('tbody tr');
  expect(await rows.allInnerTexts()).toEqual(['planned\t1.0.0', 'planned-base\t1.0.0']);
  await page.goto(scene.path('plugins/fetcher/versions/1.1.0'));
  await page.getByText('The first realtime deployment locks the packages.').waitFor();
});

test("a version's page sends its requests before the first answer arrives", async () => {
  const page = await scene.signedInPage();
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const requested: string[] = [];
  await page.route(/\/plugins\/fetcher_1_1_0/, async (route) => {
    requested.push(new URL(route.request().url()).pathname.replace(/.*\//, ''));
    await answered;
    await route.continue();
  });
  await page.goto(scene.path('plugins/fetcher/versions/1.1.0'), { waitUntil: 'commit' });
  const all = ['environment', 'fetcher_1_1_0', 'scan', 'status'];
  await expect.poll(() => requested.toSorted()).toEqual(all);
  answer();
  await page.getByRole('heading', { name: 'Permissions' }).waitFor();
});

test('a diff names added and removed permissions, and fixed findings', async () => {
  const page = await openPage('diff?from=1.0.0&to=1.1.0');
  await page.getByRole('heading', { name: 'Findings fixed' }).waitFor();
  expect(await fact(page, 'Permissions')).toBe(
    'asks for network api.example.com, asks for network *.internal.example:9042',
  );
  expect(await fact(page, 'Findings')).toBe('0 introduced, 1 fixed, 0 unchanged');
  expect(await page.locator('.finding code').first().innerText()).toBe('settings.py:1');
  await page.goto(scene.path('plugins/fetcher/diff?from=1.1.0&to=1.2.0'));
  await page.getByRole('heading', { name: 'fetcher 1.1.0 to 1.2.0' }).waitFor();
  expect(await fact(page, 'Permissions')).toBe(
    'no longer network api.example.com, no longer network *.internal.example:9042',
  );
});

test('a diff of locked versions names the packages that differ', async () => {
  const page = await openPage('diff?from=1.0.0&to=1.2.0');
  await page.getByRole('heading', { name: 'fetcher 1.0.0 to 1.2.0' }).waitFor();
  expect(await fact(page, 'Installed packages')).toBe('planned 1.0.0 to 2.0.0');
  expect(await fact(page, 'Permissions')).toBe('unchanged');
});

test('a version that an advisory affects is relocked, after a look at what changes, and nothing is left to relock then', async () => {
  const plugin = echoPlugin('risky_ext', '1.0.0');
  writeWheel(wheels, { name: 'risky' });
  const requirements: Record<string, string> = { 'requirements.txt': 'risky\n' };
  await publish(scene.client, { ...plugin, files: { ...plugin.files, ...requirements } });
  await scene.client.deploy('risky_ext_1_0_0');
  await waitUntilSettled(scene.client, 'risky_ext_1_0_0', patienceMs);
  await importAdvisory('risky', '1.1.0');
  writeWheel(wheels, { name: 'risky', version: '1.1.0' });
  const page = await scene.signedInPage();
  const dialog = page.getByRole('dialog');
  await page.getByRole('link', { name: /^See what fixes it: risky_ext 1\.0\.0 / }).click();
  await page
    .getByRole('table', { name: /^Affected versions/ })
    .getByRole('row', { name: /^risky_ext 1\.0\.0 / })
    .getByRole('button', { name: 'Relock risky_ext 1.0.0…' })
    .click();
  await dialog.getByText('risky 1.0.0 to 1.1.0', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.goto(scene.path('plugins/risky_ext/versions/1.0.0'));
  await page.getByText('Advisories affect this version: 1 of unknown severity').waitFor();
  await page.getByRole('button', { name: 'Relock risky_ext 1.0.0…' }).click();
  await dialog.getByText('risky 1.0.0 to 1.1.0', { exact: true }).waitFor();
  expect(await fact(page, 'Advisories fixed')).toBe('PYSEC-risky (pkg:pypi/risky@1.0.0, fixed in 1.1.0)');
  await dialog.getByLabel('Message').fill('Without the leak');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('heading', { name: 'risky_ext 1.0.1' }).waitFor();
  expect(await page.getByText('Advisories affect this version').count()).toBe(0);

  const { api_key, namespace_id, url } = scene.local;
  const environment = { SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: api_key, SLIPWAY_NAMESPACE: namespace_id };
  const { stdout } = await inProcess(['relock', 'risky_ext@1.0.1', '--publish', '--yes'], environment);
  expect(stdout).toBe('✓ risky_ext 1.0.1 already has the newest packages it allows\n');
});

async function importAdvisory(name: string, fixed: string): Promise<void> {
  const record = {
    ...{ schema_version: '1.7.0', id: `PYSEC-${name}`, modified: '2026-11-20T12:00:00Z', summary: 'Leaks' },
    affected: [
      {
        package: { ecosystem: 'PyPI', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  };
  const folder = newFolder();
  writeFileSync(join(folder, `${record.id}.json`), JSON.stringify(record));
  const { admin_token, url } = scene.local;
  const environment = { SLIPWAY_BASE_URL: url, SLIPWAY_ADMIN_TOKEN: admin_token };
  const { exit, stderr } = await inProcess(['advisories', 'import', folder], environment);
  expect([exit, stderr]).toEqual(['done', expect.not.stringContaining('✗')]);
}

// Tests the console's other actions on versions and plugins in a browser: publishing from Git and for the organization, a deployment's
// missing requirements, downloads, batch tests, undeploying, deleting and relocking.
// @module-tag long
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitUntilSettled } from '../../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../../scripts/demo/pack.ts';
import type { components } from '../../../src/client/api.gen.d.ts';
import { SlipwayClient } from '../../../src/client/client.ts';
import { GitServer } from '../../builder/sources/git-server.ts';
import { inProcess } from '../../cli/in-process.ts';
import { echoPlugin, publish } from '../../e2e/plugins.ts';
import { patienceMs } from '../../support/waiting.ts';
import { consoleScene, hostileTexts } from '../console-scene.ts';
import { type AffectedVersion, affectedVersion } from '../drawing/affected-version.ts';

const scene = consoleScene({ plugins: false });
/** Batch steps that copy each row's text to the output, as if the plugin had returned it. */
const pipeline = `def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": [say]}


def say(batch):
    batch["said"] = list(batch["data"])
    return batch
`;

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

const dialog = (page: Page) => page.getByRole('dialog');

async function versionIds(): Promise<string[]> {
  const path = { namespace_id: scene.local.namespace_id };
  const { plugins } = await client().get('/v1/namespaces/{namespace_id}/plugins', { path, query: {} });
  return plugins.map(({ plugin_id }) => plugin_id);
}

/** Runs a command shown in a dialog. */
async function run(command: string) {
  const environment = {
    SLIPWAY_BASE_URL: scene.local.url,
    SLIPWAY_API_KEY: scene.local.api_key,
    SLIPWAY_NAMESPACE: scene.local.namespace_id,
  };
  return await inProcess(command.split(' ').slice(1), environment);
}

async function commandOf(page: Page): Promise<string> {
  await dialog(page).getByText('This action as a command').click();
  return await dialog(page).locator('details code').first().innerText();
}

test('a plugin is published and deployed from a folder in a Git repository, and a rejected plugin shows the reason', {
  tags: ['git'],
}, async () => {
  const git = await GitServer.start();
  onTestFinished(() => git.close());
  const repository = git.repository('plugins');
  const fine = Object.entries(echoPlugin('pulled', '1.0.0').files).map(([path, text]) => [`fine/${path}`, text]);
  const { files } = echoPlugin('refused', '1.0.0');
  const calling = files['realtime.py'].replace('        return', '        os.system("ls")\n        return');
  const refused = Object.entries({ ...files, 'realtime.py': `import os\n${calling}` });
  repository.commit(Object.fromEntries([...fine, ...refused.map(([path, text]) => [`refused/${path}`, text])]));
  const page = await scene.signedInPage();
  const fill = async (folder: string) => {
    await page.goto(scene.path('plugins'));
    await page.getByRole('button', { name: 'Install from Git…' }).click();
    await dialog(page).getByLabel('Repository').fill(repository.url);
    await dialog(page).getByLabel('Version').fill('main');
    await dialog(page).getByLabel('Folder').fill(folder);
  };
  await fill('fine');
  expect(await commandOf(page)).toBe(
    `slipway publish --from-git ${repository.url} --ref main --path fine --namespace ${scene.local.namespace_id}`,
  );
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('heading', { name: 'Deployment of pulled 1.0.0' }).waitFor();
  await page.getByRole('main').getByText('Live', { exact: true }).waitFor();

  await fill('refused');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await dialog(page).getByText('os.system').first().waitFor();
  expect(await versionIds()).toEqual(['pulled_1_0_0']);
});

test('an archive is published for the whole organization', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins'));
  await page.getByRole('button', { name: 'Publish plugin…' }).click();
  const buffer = Buffer.from(await packFiles(echoPlugin('shared', '1.0.0').files));
  await dialog(page).getByLabel('Archive').setInputFiles({ name: 'shared.zip', mimeType: 'application/zip', buffer });
  await dialog(page).getByLabel('Name').fill('shared');
  await dialog(page).getByLabel('Version').fill('1.0.0');
  await dialog(page).getByText('This action as a command').click();
  const commands = dialog(page).locator('details code');
  expect(await commands.allInnerTexts()).toEqual([
    `slipway publish --no-deploy --namespace ${scene.local.namespace_id}`,
    expect.stringMatching(/^curl -X POST .*\/plugins' -F 'file=@shared\.zip' -F 'name=shared' -F 'version=1\.0\.0'$/),
  ]);
  await dialog(page).getByLabel('For', { exact: true }).selectOption('the whole organization');
  await expect.poll(() => commands.allInnerTexts()).toEqual(['slipway publish --org']);
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('row', { name: /^shared 1.0.0 / }).waitFor();
});

test("a version shows a deployment's missing requirements, is downloaded, and can't run a batch test before it is deployed", async () => {
  const plugin = echoPlugin('wanting', '1.0.0');
  const asking = `${plugin.files['manifest.py']}permissions = {"secrets": ["API_TOKEN"]}\n`;
  await publish(scene.client, { ...plugin, files: { ...plugin.files, 'manifest.py': asking } });
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins/wanting/versions/1.0.0'));
  await page.getByRole('heading', { name: 'Missing requirements' }).waitFor();
  await page.getByText('slipway secrets set API_TOKEN').waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(await download.failure()).toBeNull();
  expect(await page.getByRole('button', { name: 'Batch test…' }).count()).toBe(0);
});

test('a live version runs its batch steps, is undeployed, is deleted by typing its name, and row contents are shown as text', async () => {
  const plugin = echoPlugin('worked', '1.0.0');
  await publish(scene.client, { ...plugin, files: { ...plugin.files, 'pipeline.py': pipeline } });
  await publish(scene.client, echoPlugin('worked', '1.1.0'));
  await scene.client.deploy('worked_1_0_0');
  await waitUntilSettled(scene.client, 'worked_1_0_0', patienceMs);
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins/worked/versions/1.0.0'));
  await page.getByRole('button', { name: 'Batch test…' }).click();
  await dialog(page)
    .getByLabel('Rows as JSON')
    .fill(JSON.stringify([{ data: hostileTexts.join(' ') }]));
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await dialog(page).getByRole('region', { name: 'Answer' }).getByText('<img src=x').first().waitFor();
  expect(await page.locator('[role=dialog] :is(img, script, svg[onload])').count()).toBe(0);
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Undeploy…' }).click();
  expect(await commandOf(page)).toBe(`slipway undeploy worked@1.0.0 --namespace ${scene.local.namespace_id} --yes`);
  await dialog(page).getByLabel('Type worked to confirm').fill('worked');
  await page.getByRole('button', { name: 'Undeploy', exact: true }).click();
  await page.getByText('worked 1.0.0 is undeployed.').waitFor();
  await page.getByRole('button', { name: 'Delete…' }).click();
  await dialog(page).getByLabel('Type worked to confirm').fill('worked');
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.getByText('worked 1.0.0 is deleted.').waitFor();
  expect((await versionIds()).filter((id) => id.startsWith('worked'))).toEqual(['worked_1_1_0']);
});

test("a plugin is deleted with all its versions by typing its name, by keyboard alone and with the dialog's command", async () => {
  for (const version of ['1.0.0', '1.1.0', '2.0.0']) await publish(scene.client, echoPlugin('unwanted', version));
  await publish(scene.client, echoPlugin('unneeded', '1.0.0'));
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins/unwanted/settings'));
  await page.getByRole('button', { name: 'Delete…' }).focus();
  await page.keyboard.press('Enter');
  await dialog(page).getByLabel('Type unwanted to confirm').focus();
  await page.keyboard.type('unwanted');
  await page.keyboard.press('Enter');
  await page.getByText('unwanted is deleted with 3 versions.').waitFor();
  expect((await versionIds()).filter((id) => id.startsWith('unwanted'))).toEqual([]);

  await page.goto(scene.path('plugins/unneeded/settings'));
  await page.getByRole('button', { name: 'Delete…' }).click();
  expect(await run(await commandOf(page))).toMatchObject({ exit: 'done' });
  expect((await versionIds()).filter((id) => id.startsWith('unneeded'))).toEqual([]);
});

describe('the list of advisories', () => {
  const rows: [what: string, row: Partial<AffectedVersion>][] = [
    ['fixable', {}],
    ['unfixed', { fixed_in: null }],
    ['not_compared', { verdict: 'unknown' }],
    ['of_the_organization', { namespace_id: null }],
    ['in_go', { plugin: { kind: 'pipeline', name: 'in_go' } }],
  ];

  /** Returns the buttons beside affected versions, as a session with these scopes sees them. */
  async function offered(scopes: components['schemas']['ApiKey']['scopes']): Promise<string[]> {
    const { api_key } = await client().post('/v1/keys', { body: { name: scopes.join(), scopes } });
    const page = await (await scene.newContext()).newPage();
    const results = rows.map(([name, row]) => ({
      ...{ ...affectedVersion, plugin: { kind: 'extractor', name }, plugin_id: name },
      ...row,
    }));
    await page.route(/\/v1\/advisories/, async (route) => {
      const response = await route.fetch();
      return route.fulfill({ response, json: { results, pagination: { next_cursor: null } } });
    });
    await page.goto('/advisories');
    await page.getByLabel('API key').fill(api_key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const table = page.getByRole('table', { name: /^Affected versions/ });
    await table.getByRole('link', { name: 'fixable' }).waitFor();
    await page.waitForLoadState('networkidle');
    return await table
      .getByRole('button')
      .evaluateAll((buttons) => buttons.map((one) => one.getAttribute('aria-label') ?? ''));
  }

  test('relocks only versions of a namespace with a known fix', async () => {
    expect(await offered(['plugins:read', 'plugins:write'])).toEqual(['Relock fixable 1.0.0…']);
  });

  test('offers no relock to a session that may not publish', async () => {
    expect(await offered(['plugins:read'])).toEqual([]);
  });
});

// Tests the run pages in a browser: starting with pasted rows or a file, following, failed rows and results, cancelling, and rerunning
// failed rows.
// @module-tag long
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { waitUntilSettled } from '../../../../scripts/demo/extractor-client.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { consoleScene, hostileTexts } from '../../../console/console-scene.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';

const scene = consoleScene({ plugins: false });

/** Counts words. A row that starts with a bracket fails with its text in the error, and another row is slow. */
const pipeline = `import time


def count(batch):
    words = []
    for text in batch["text"]:
        if text.startswith("<"):
            raise ValueError(text)
        if text == "slow":
            time.sleep(3)
        words.append(len(text.split()))
    batch["words"] = words
    return batch


def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
    return {"steps": [count]}
`;
const [image = ''] = hostileTexts;

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
}

const runsPath = '/v1/namespaces/{namespace_id}/runs';
const inNamespace = () => ({ namespace_id: scene.local.namespace_id });

beforeAll(async () => {
  const plugin = echoPlugin('counter', '1.0.0');
  await publish(scene.client, { ...plugin, files: { ...plugin.files, 'pipeline.py': pipeline } });
  await publish(scene.client, echoPlugin('sleeper', '1.0.0'));
  await scene.client.deploy(plugin.pluginId);
  await waitUntilSettled(scene.client, plugin.pluginId, 120_000);
});

const dialog = (page: Page) => page.getByRole('dialog');

async function openDialog(page: Page): Promise<void> {
  await page.goto(scene.path('plugins/counter/runs'));
  await page.getByRole('button', { name: 'New run…' }).click();
}

async function pasteRows(page: Page, rows: object[]): Promise<void> {
  await openDialog(page);
  await dialog(page).getByLabel('Pasted rows').check();
  await dialog(page)
    .getByLabel('JSON objects')
    .fill(rows.map((row) => JSON.stringify(row)).join('\n'));
  await dialog(page).getByRole('button', { name: 'Start' }).click();
  await page.getByRole('heading', { name: 'Run of counter 1.0.0' }).waitFor();
}

async function download(page: Page, name: string): Promise<unknown[]> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  const text = await readFile(await file.path(), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

test('pasted rows are checked while the user types, and their run shows which rows failed and why', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins/counter'));
  await page.getByRole('navigation', { name: 'Pages of counter' }).getByRole('link', { name: 'Runs' }).click();
  await page.getByText('No runs yet.').waitFor();
  await page.getByRole('button', { name: 'New run…' }).click();
  await dialog(page).getByLabel('Pasted rows').check();
  const area = dialog(page).getByLabel('JSON objects');
  await area.fill('{"text": "one two"}\n{"text": ');
  await dialog(page).getByText('Line 2 is not a JSON object.').waitFor();
  await dialog(page).getByRole('button', { name: 'Start' }).click();
  expect(await area.evaluate((field) => Reflect.get(field, 'validationMessage'))).toBe('Line 2 is not a JSON object.');
  await area.fill(`{"text": "one two"}\n{"text": 3}\n${JSON.stringify({ text: image })}`);
  await dialog(page).getByText('3 rows, JSONL').waitFor();
  await dialog(page).getByRole('button', { name: 'Start' }).click();

  await page.getByText('Partial', { exact: true }).waitFor();
  await page.getByText('3 of 3').first().waitFor();
  const failed = page.getByRole('table', { name: 'Failed rows' });
  await failed.getByRole('row', { name: /^2 step 1: AttributeError .* \{"text":3\}$/ }).waitFor();
  await failed.getByText(`ValueError`).waitFor();
  expect(await failed.getByText(image).count()).toBeGreaterThan(0);
  expect(await page.title()).toBe('counter 1.0.0: run · Slipway');
  expect(await download(page, 'Download output')).toEqual([{ text: 'one two', words: 2 }]);
  expect(await download(page, 'Download errors')).toMatchObject([{ row: 1 }, { row: 2, input: { text: image } }]);
});

test('failed rows are rerun as a new run, which links back to the original run', async () => {
  const page = await scene.signedInPage();
  await pasteRows(page, [{ text: 'fine' }, { text: 5 }]);
  await page.getByRole('button', { name: 'Run the failed row again' }).click();
  await page.getByText('previously failed rows').waitFor();
  await page.getByText('Failed', { exact: true }).first().waitFor();
  await page.getByRole('heading', { name: 'Causes' }).waitFor();
  await page
    .getByRole('table', { name: 'Failed rows' })
    .getByRole('row', { name: /^1 step 1/ })
    .waitFor();
  await page.getByRole('link', { name: 'that run' }).click();
  await page.getByText('Partial', { exact: true }).waitFor();
});

test('a file is uploaded to the store and run, and a file with an unknown format is not sent', async () => {
  const page = await scene.signedInPage();
  await openDialog(page);
  const field = dialog(page).getByLabel('File', { exact: true });
  const csv = Buffer.from('id,text\n1,"one, two"\n2,three\n');
  await field.setInputFiles({ name: 'rows.txt', mimeType: 'text/plain', buffer: csv });
  await dialog(page).getByRole('button', { name: 'Start' }).click();
  expect(await field.evaluate((input) => Reflect.get(input, 'validationMessage'))).toContain('ends in .jsonl');
  await field.setInputFiles({ name: 'rows.csv', mimeType: 'text/csv', buffer: csv });
  await dialog(page).getByLabel('Parameters as JSON').fill('{"volume": 11}');
  await dialog(page).getByLabel('Processes').fill('2');
  await dialog(page).getByText('This action as a command').click();
  expect(await dialog(page).locator('details code').first().innerText()).toBe(
    `slipway run counter@1.0.0 --input rows.csv --parameters '{"volume": 11}' --max-parallel 2 --namespace ${scene.local.namespace_id}`,
  );
  await dialog(page).getByRole('button', { name: 'Start' }).click();
  await page.getByText('Succeeded', { exact: true }).waitFor();
  await page.getByText('CSV, 29 bytes').waitFor();
  await page.getByText('{"volume":11}').waitFor();
  expect(await download(page, 'Download output')).toEqual([
    { id: '1', text: 'one, two', words: 2 },
    { id: '2', text: 'three', words: 1 },
  ]);
});

test('a run is followed to its end by a stream', async () => {
  const page = await scene.signedInPage();
  const opened: string[] = [];
  page.on('response', (response) => response.url().endsWith('/events') && opened.push(response.url()));
  await pasteRows(page, [{ text: 'slow' }]);
  await page.getByText('Time left').waitFor();
  await page.getByText('Succeeded', { exact: true }).waitFor();
  await page.getByText('1 of 1').first().waitFor();
  expect(opened).toHaveLength(1);
});

test('a run is followed to its end without a stream', async () => {
  const page = await scene.signedInPage();
  await page.route(/\/runs\/run_\w+\/events$/, (route) => route.abort());
  await pasteRows(page, [{ text: 'slow' }]);
  await page.getByText('Succeeded', { exact: true }).waitFor();
});

const found = z.object({ results: z.array(z.object({ status: z.string(), rows: z.int() })) });

test("a run in progress is cancelled, and the namespace's run list is filtered by that state", async () => {
  const page = await scene.signedInPage();
  await pasteRows(
    page,
    Array.from({ length: 500 }, () => ({ text: 'slow' })),
  );
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled', { exact: true }).waitFor();
  await page.getByText('Finished rows keep their results.').first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor();
  await page.getByRole('combobox', { name: 'State' }).selectOption('cancelled');
  await expect.poll(() => page.getByRole('table', { name: 'Runs' }).locator('tbody tr').count()).toBe(1);
  expect(new URL(page.url()).search).toBe('?status=cancelled');
  const listed = await client().get(runsPath, { path: inNamespace(), query: { status: 'cancelled' } });
  expect(found.parse(listed).results).toEqual([{ status: 'cancelled', rows: 500 }]);
  await page.getByRole('combobox', { name: 'State' }).selectOption('expired');
  await page.getByText('No run is expired.').waitFor();
});

test('a run whose input is gone says so, and can be cancelled', async () => {
  const { run_id } = await client().post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/runs', {
    path: { ...inNamespace(), slug: 'counter' },
    body: { input: { format: 'csv' } },
  });
  const page = await scene.signedInPage();
  await page.goto(scene.path(`runs/${run_id}`));
  await page.getByText('Waits for its input.').waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled', { exact: true }).waitFor();
});

test('a plugin without a deployment starts no run, and the page explains the fix', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins/sleeper/runs'));
  await page.getByText('No version of sleeper is deployed.').waitFor();
  await page.getByText('slipway deploy sleeper').waitFor();
  expect(await page.getByRole('button', { name: 'New run…' }).count()).toBe(0);
});

test('a missing run is shown as not found', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('runs/run_01m7wc54fherz84624ahd0kr7h'));
  await page.getByRole('alert').getByRole('heading', { name: 'Not found' }).waitFor();
});

// Tests a newcomer's first hour with the README's own commands. Each step is one sentence, and builds on the previous step. Not tagged
// as a long test, so that every run tests a newcomer's first impression.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { localFile } from '../../scripts/local/organization.ts';
import { sdkPython } from '../../scripts/testing/caches/sdk-venv.ts';
import { slipway as runCli } from '../cli/slipway.ts';
import { launchChromium, pageWaitMs, signInByLink } from '../console/chromium.ts';
import { expectNoneLeft } from './processes.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from './slipway.ts';

const fixture = fileURLToPath(import.meta.resolve('../fixtures/journey/sdk.py'));

let state: string;
/** The author's working folder. */
let folder: string;
let browser: Browser;
let page: Page;
let slipway: Slipway;

const start = () => startSlipway(state, { npm: true, args: [] });

beforeAll(async () => {
  state = await newStateFolder();
  folder = await mkdtemp(join(tmpdir(), 'slipway-journey-'));
  browser = await launchChromium();
  slipway = await start();
  page = await browser.newPage();
  page.setDefaultTimeout(pageWaitMs);
});

afterAll(async () => {
  await browser?.close();
  await slipway?.stop();
  await removeState(state);
  await rm(folder, { recursive: true, force: true });
});

/** Runs the packaged CLI in the author's folder. Returns its standard output. */
async function cli(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await runCli(args, { cwd: folder, env: { SLIPWAY_STATE: state } });
  expect([args[0], code, code === 0 ? '' : stderr]).toEqual([args[0], 0, '']);
  return stdout;
}

/** Changes one of the author's files. */
async function edit(file: string, before: string, after: string): Promise<void> {
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(before);
  await writeFile(join(folder, file), text.replaceAll(before, after));
}

test('npm start publishes the demo, and prints a link that opens the console, already signed in', async () => {
  await slipway.printed(/^Published and live in/m);
  const [, link = ''] = await slipway.printed(/^(http:\S+#link=\S+)$/m);
  await signInByLink(page, link);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
});

test('the demo plugin is live in the console', async () => {
  await page.getByRole('link', { name: 'Plugins', exact: true }).click();
  await page.getByRole('row', { name: /text_profile.*1\.0\.0.*Live/ }).waitFor();
});

test('the guides open, one search finds a section and an operation, and Try it sends a request', async () => {
  const [, guides = ''] = await slipway.printed(/^\s+Guides\s+(\S+)$/m);
  await page.goto(guides);
  await page.getByRole('heading', { level: 1, name: 'Slipway' }).waitFor();
  const search = page.getByLabel('Search the guides and the API');
  await search.fill('whose fault');
  await page.getByRole('link', { name: /Whose fault a failure is/ }).click();
  await page.getByRole('heading', { name: /Whose fault a failure is/ }).waitFor();
  await search.fill('list api keys');
  await page.getByRole('link', { name: /List API keys/ }).click();
  await page.getByLabel('With your console session').check();
  await page.getByRole('button', { name: /^Send / }).click();
  await page.locator('.answer strong', { hasText: '200' }).waitFor();
});

test('init creates a plugin that passes its own test', async () => {
  await cli('init', 'my_plugin');
  expect(await cli('test', 'my_plugin')).toContain('✓ my_plugin 1.0.0 passed');
});

test('publish makes the plugin live, and invoke calls it', async () => {
  expect(await cli('publish', 'my_plugin', '-m', 'first')).toContain('✓ my_plugin 1.0.0 is live');
  expect(JSON.parse(await cli('invoke', 'my_plugin', '-d', '{"text": "hello"}'))).toMatchObject({ size: 1 });
});

test('a second version replaces the first, and rollback brings the first back', async () => {
  await edit('my_plugin/manifest.py', '1.0.0', '1.1.0');
  expect(await cli('publish', 'my_plugin', '-m', 'better')).toContain('✓ my_plugin 1.1.0 is live');
  expect(await cli('rollback', 'my_plugin', '--yes')).toContain('✓ rolled my_plugin back from 1.1.0 to 1.0.0');
});

test('a console button rolls a third version back', async () => {
  await edit('my_plugin/manifest.py', '1.1.0', '1.2.0');
  await cli('publish', 'my_plugin');
  await signInByLink(page, (await cli('open', 'my_plugin')).trim());
  await page.getByRole('button', { name: 'Roll back to 1.0.0…' }).click();
  await page.locator('input[name=reason]').fill('the newer one is worse');
  await page.keyboard.press('Enter');
  await page.getByText('Live 1.0.0').waitFor();
});

test('publish does not upload forbidden code, and names the line and the reason', async () => {
  await cp(join(folder, 'my_plugin'), join(folder, 'forbidden'), { recursive: true });
  await edit('forbidden/realtime.py', 'import re\n', 'import subprocess\nimport re\n');
  const refused = await runCli(['publish', 'forbidden'], { cwd: folder, env: { SLIPWAY_STATE: state } });
  expect([refused.code === 0, refused.stderr]).toEqual([
    false,
    expect.stringMatching(/realtime\.py:\d+:\d+.*subprocess/),
  ]);
});

test('a run takes 500 rows and returns a result for each', async () => {
  const rows = Array.from({ length: 500 }, (_, n) => JSON.stringify({ data: `row ${n}` }));
  await writeFile(join(folder, 'rows.jsonl'), `${rows.join('\n')}\n`);
  await cli('run', 'my_plugin', '--input', 'rows.jsonl', '--output', 'out.jsonl');
  const out = (await readFile(join(folder, 'out.jsonl'), 'utf8')).trim().split('\n');
  expect([out.length, JSON.parse(out[499] ?? '')]).toEqual([500, expect.objectContaining({ data: 'row 499' })]);
});

test('a later call is accepted immediately and answered at its own address', async () => {
  const { call_id } = JSON.parse(await cli('invoke', 'my_plugin', '--later', '--json', '-d', '{"text": "later"}'));
  const answered = JSON.parse(await cli('calls', 'show', call_id, '--wait', '60', '--json'));
  expect(answered).toMatchObject({ status: 'succeeded', answer: { result: { size: 1 } } });
});

test('a handler that yields values returns a stream', async () => {
  await cp(join(folder, 'my_plugin'), join(folder, 'counter'), { recursive: true });
  await edit('counter/manifest.py', 'my_plugin', 'counter');
  await rm(join(folder, 'counter/tests'), { recursive: true });
  const handler =
    'class RealtimeHandler:\n    def predict(self, request):\n        yield from ({"n": n} for n in range(3))\n';
  await writeFile(join(folder, 'counter/realtime.py'), handler);
  await cli('publish', 'counter');
  expect(await cli('invoke', 'counter', '--stream', '-d', '{"text": "go"}')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n');
});

test('the real SDK uploads, confirms, deploys and calls', async () => {
  const python = await sdkPython(inject('python'));
  if (typeof python !== 'string') throw new Error(python.output);
  const { stdout } = await promisify(execFile)(python, [fixture, localFile(state)]);
  expect(stdout).toBe('{"said": "hello", "number": 12345678901234567890}\n');
});

/** On a busy machine, the first Go build takes minutes. */
const firstBuildMs = 900_000;

test('the Go demo is installed in the background, and answers', {
  tags: ['go', 'git'],
  timeout: firstBuildMs,
}, async () => {
  await slipway.printed(/^ {2}live +word-count v1\.0\.0, in an isolate\n {2}call +\{words:6\}\n/m);
});

test('Ctrl-C stops everything, and everything is still there after a second start', async () => {
  await slipway.stop();
  await expectNoneLeft(state);
  slipway = await start();
  const [, link = ''] = await slipway.printed(/^(http:\S+#link=\S+)$/m);
  await signInByLink(page, link);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect((await cli('list')).match(/^\S+/gm)).toEqual(
    expect.arrayContaining(['counter', 'from_sdk', 'my_plugin', 'text_profile']),
  );
  expect(JSON.parse(await cli('invoke', 'my_plugin', '-d', '{"text": "hello"}'))).toMatchObject({ size: 1 });
});

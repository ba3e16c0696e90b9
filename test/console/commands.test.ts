// Tests that each page shows its content as a CLI command and as a curl request, and that both work.
// @module-tag long
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProcess } from '../cli/in-process.ts';
import { consoleScene } from './console-scene.ts';
import { type ActsAtOnce, buttonsOfFeatures, filled, open, pageIds, pages } from './pages.ts';

const scene = consoleScene();

let ids: Record<string, string>;
/** Output folder for commands that download. */
let folder: string;
const repository = process.cwd();
beforeAll(async () => {
  ids = await pageIds(scene);
  folder = await mkdtemp(join(tmpdir(), 'slipway-commands-'));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(repository);
  await rm(folder, { recursive: true });
});

/** Sends the same request as curl. */
async function statusOf(curl: string): Promise<number> {
  const parts = /^curl(?: -X (\w+))? -H "[^"]*" '([^']+)'(?: --json '([^']+)')?$/.exec(curl) ?? [];
  const [, method = 'GET', url = '', body] = parts;
  const headers = {
    authorization: `Bearer ${scene.local.api_key}`,
    ...(body && { 'content-type': 'application/json' }),
  };
  const response = await fetch(url, { method, headers, ...(body && { body }) });
  await response.body?.cancel();
  return response.status;
}

test.each(pages.flatMap((page) => (page.command === undefined ? [] : [{ ...page, command: page.command }])))(
  '$name shows `slipway $command`, and a request',
  async ({ command, exit = 'done', ...shown }) => {
    const page = await scene.signedInPage();
    await open(page, shown, ids);
    const commands = page.locator('details', { has: page.getByText('As a command', { exact: true }) });
    await commands.locator('summary').click();
    const [cli = '', curl = ''] = await commands.locator('code').allInnerTexts();
    expect(cli).toBe(`slipway ${filled(command, ids)}`);
    expect(await statusOf(curl)).toBe(200);
    const environment = {
      SLIPWAY_BASE_URL: scene.local.url,
      SLIPWAY_API_KEY: scene.local.api_key,
      SLIPWAY_NAMESPACE: scene.local.namespace_id,
    };
    expect(await inProcess(cli.split(' ').slice(1), environment)).toMatchObject({ exit });
    await page.context().close();
  },
);

/** Buttons that act immediately, without a dialog that shows the command. */
const atOnce: ActsAtOnce[] = [
  ['version', 'Deploy', 'deploy echo@1.2.0'],
  ['version', 'Download', 'pull echo@1.2.0'],
  ['deployment', 'Deploy again', 'deployments retry {failed}'],
  ['events', 'Export and verify', 'events --export'],
  ['run', 'Run again', 'runs retry {run}'],
  ['run', 'Download output', 'runs output {run}'],
  ...buttonsOfFeatures,
];

test.each(atOnce)(
  'the page %s shows its button %j as `slipway %s`, and as a request',
  async (name, action, command) => {
    const shown = pages.find((page) => page.name === name);
    if (!shown) throw new Error(`There is no page ${name}.`);
    const page = await scene.signedInPage();
    await open(page, shown, ids);
    const commands = page.locator('details', { has: page.getByText(`${action} as a command`, { exact: true }) });
    await commands.locator('summary').click();
    const [cli, curl = ''] = await commands.locator('code').allInnerTexts();
    expect(cli).toBe(`slipway ${filled(command, ids)}`);
    expect(await statusOf(curl)).toBeLessThan(300);
    await page.context().close();
  },
);

// Tests the tab that tells callers how to use a plugin.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { patienceMs } from '../support/waiting.ts';
import { barriers } from './barriers.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene({ plugins: false });
const long = 'a_very_long_name_without_any_place_to_break_'.repeat(4);

const inputs = {
  type: 'object',
  required: ['text'],
  properties: {
    text: { type: 'string', maxLength: 200, description: 'What to echo' },
    loud: { type: 'boolean', default: false },
    [long]: { type: 'string', pattern: `^${'x'.repeat(200)}$`, description: long },
    nested: { type: 'array', items: { type: 'object', properties: { depth: { type: 'integer', default: 0 } } } },
  },
};

let page: Page;
beforeAll(async () => {
  for (const version of ['1.0.0', '1.1.0']) {
    const { files, ...plugin } = echoPlugin('usable', version);
    const manifest = `${files['manifest.py']}input_schema = ${pythonOf(inputs)}\ntags = ["echoes"]\n`;
    const example = JSON.stringify({ inputs: { text: "it's $5" }, result: { echo: [0, 1] } });
    await publish(scene.client, {
      ...plugin,
      files: { ...files, 'manifest.py': manifest, 'tests/examples/usual.json': example } as typeof files,
    });
    await scene.client.deploy(plugin.pluginId);
    await waitUntilSettled(scene.client, plugin.pluginId, patienceMs);
  }
  await publish(scene.client, echoPlugin('idle', '1.0.0'));
  page = await scene.signedInPage();
});

function pythonOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('false', 'False');
}

async function openUse(on = page): Promise<void> {
  await on.goto(scene.path('plugins/usable/use'));
  await on.getByRole('table', { name: 'Inputs' }).waitFor();
}

describe('the tab', () => {
  test('it is the first tab, and says which version callers reach', async () => {
    await openUse();
    const tabs = await page.getByRole('navigation', { name: 'Pages of usable' }).getByRole('link').allInnerTexts();
    expect(tabs.slice(0, 3)).toEqual(['Use it', 'Overview', 'Playground']);
    const about = page.getByRole('region', { name: 'What usable does' });
    expect(await about.innerText()).toContain('Echoes its inputs');
    expect(await about.innerText()).toContain('Version 1.1.0 answers calls.');
    expect(await about.innerText()).toContain('echoes');
    expect(await about.getByRole('link').allInnerTexts()).toEqual(['OpenAPI document']);
  });

  test('inputs and output are tables with types in words, and what happens without a value', async () => {
    await openUse();
    const rows = await page.getByRole('table', { name: 'Inputs' }).getByRole('row').allInnerTexts();
    const shown = rows.map((row) => row.replace(/\s+/g, ' ').trim());
    expect(shown).toContain('text required text, at most 200 characters What to echo');
    expect(shown).toContain('loud true or false default false');
    expect(shown).toContain('nested list of objects');
    expect(shown).toContain('depth whole number default 0');
    expect(await page.getByRole('table', { name: 'Output' }).innerText()).toContain('list');
  });

  test("the author's example is shown with its answer, and is what the code to copy sends", async () => {
    await openUse();
    expect(await page.getByRole('region', { name: 'Examples' }).innerText()).toContain('"echo": [');
    const curl = await page.getByRole('region', { name: 'Call in curl' }).innerText();
    expect(curl).toContain(`'{"inputs": {"text": "it'\\''s $5"}}'`);
    expect(curl).toContain(
      `${scene.local.url}/v1/namespaces/${scene.local.namespace_id}/plugins/by-name/usable/realtime`,
    );
    for (const language of ['Python', 'JavaScript', 'Go', 'slipway']) {
      await page.getByRole('button', { name: language, exact: true }).click();
      expect(await page.getByRole('region', { name: `Call in ${language}` }).innerText()).toContain('SLIPWAY');
    }
  });

  test('the whole answer is shown, in which the result is one field, and the commands of typed clients', async () => {
    await openUse();
    const answer = page.getByRole('region', { name: 'The whole answer' });
    for (const part of ['"status": "success"', '"raw_response": ', '"echo": [', '"error": null', '"deployment_id"'])
      expect(await answer.innerText()).toContain(part);
    await page.getByLabel('Answer', { exact: true }).selectOption('later');
    expect(await answer.innerText()).toContain('"status": "succeeded"');
    const commands = await page.getByRole('region', { name: 'Typed clients' }).innerText();
    expect(commands).toContain('slipway show usable --openapi > usable.json');
    expect(commands).toContain('npx openapi-typescript usable.json');
  });

  test('limits and the latest changes are listed', async () => {
    await openUse();
    expect(await page.getByRole('region', { name: 'Limits' }).innerText()).toContain('30 s');
    await page.getByRole('link', { name: 'Compare 1.0.0' }).waitFor();
  });

  test('a plugin without a live version says that nobody can call it', async () => {
    await page.goto(scene.path('plugins/idle/use'));
    await page.getByText('No version of idle is live').waitFor();
  });

  test('it has no accessibility faults, and needs no sideways scrolling on a phone', async () => {
    await openUse();
    expect(await barriers(page)).toEqual([]);
  });
});

describe('who opens a plugin', () => {
  async function signedInWith(scopes: ('plugins:read' | 'plugins:invoke' | 'plugins:deploy')[]): Promise<Page> {
    const client = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
    const { api_key } = await client.post('/v1/keys', { body: { name: scopes.join(' '), scopes } });
    const own = await (await scene.newContext()).newPage();
    await own.goto('/');
    await own.getByLabel('API key').fill(api_key);
    await own.getByRole('button', { name: 'Sign in' }).click();
    await own.getByRole('heading', { name: 'Overview' }).waitFor();
    return own;
  }

  test('a key that can only call it reads first how to, and can still open its overview', async () => {
    const own = await signedInWith(['plugins:read', 'plugins:invoke']);
    await own.goto(scene.path('plugins/usable'));
    await own.getByRole('table', { name: 'Inputs' }).waitFor();
    expect(new URL(own.url()).pathname).toBe(scene.path('plugins/usable/use'));
    await own.getByRole('link', { name: 'Overview', exact: true }).last().click();
    await own.getByRole('heading', { name: 'Versions' }).waitFor();
    expect(new URL(own.url()).pathname).toBe(scene.path('plugins/usable'));
  });

  test('it also reads first how to call a plugin that it finds from the page of another', async () => {
    const own = await signedInWith(['plugins:read', 'plugins:invoke']);
    await own.goto(scene.path('plugins/idle/use'));
    await own.getByText('No version of idle is live').waitFor();
    await own.keyboard.press('Control+k');
    await own.getByRole('combobox').fill('usable');
    await own.getByRole('option', { name: 'usable' }).first().click();
    await own.getByRole('table', { name: 'Inputs' }).waitFor();
    expect(new URL(own.url()).pathname).toBe(scene.path('plugins/usable/use'));
  });

  test('a key that deploys sees the overview', async () => {
    const own = await signedInWith(['plugins:read', 'plugins:deploy']);
    await own.goto(scene.path('plugins/usable'));
    await own.getByRole('heading', { name: 'Versions' }).waitFor();
  });
});

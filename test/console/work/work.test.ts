// Tests whole tasks in the console: publishing, deploying and rolling back by keyboard alone, and tasks done by someone who knows only
// the words on the pages. Prints the number of clicks and seconds.
// @module-tag long
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { packFiles } from '../../../scripts/demo/pack.ts';
import { SlipwayClient } from '../../../src/client/client.ts';
import { echoPlugin } from '../../e2e/plugins.ts';
import { consoleScene } from '../console-scene.ts';
import { Reader } from './reader.ts';

const scene = consoleScene();

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
}

async function served(slug: string): Promise<string | null> {
  const path = { namespace_id: scene.local.namespace_id, slug };
  const plugin = await client().get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', { path });
  return plugin.serving_version;
}

/** Presses Tab until the element with this name, which the page may still be loading, has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const element = page.getByText(name, { exact: true }).or(page.getByLabel(name, { exact: true }));
  await element.filter({ visible: true }).first().waitFor();
  const named = page.locator(':focus').and(element);
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await named.count()) > 0) return;
  }
  throw new Error(`Tab does not reach ${name}`);
}

/** Waits until the field with this label has the focus. */
async function focused(page: Page, label: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).and(page.locator(':focus')).waitFor();
}

async function uploadOf(version: string) {
  const { files } = echoPlugin('typed', version);
  return { name: 'typed.zip', mimeType: 'application/zip', buffer: Buffer.from(await packFiles(files)) };
}

async function publishByKeyboard(page: Page, version: string): Promise<void> {
  const archive = await uploadOf(version);
  // Registered before the click, because the browser may take a while to open its dialogs.
  page.once('filechooser', (chooser) => void chooser.setFiles(archive));
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor();
  await tabTo(page, 'Publish plugin…');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Publish an archive' }).waitFor();
  await focused(page, 'Archive (zip or tar.gz)');
  await page.keyboard.press('Enter');
  await page.locator('input[type=file]:valid').waitFor();
  await tabTo(page, 'Name');
  await page.keyboard.type('typed');
  await page.keyboard.press('Tab');
  await page.keyboard.type(version);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `typed ${version}` }).waitFor();
  await tabTo(page, 'Deploy');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `Deployment of typed ${version}` }).waitFor();
  await page.getByRole('main').getByText('Live', { exact: true }).waitFor();
}

test('a plugin is published, deployed and rolled back by keyboard alone', async () => {
  const page = await scene.signedInPage();
  await publishByKeyboard(page, '1.0.0');
  await publishByKeyboard(page, '1.1.0');
  expect(await served('typed')).toBe('1.1.0');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('typed');
  await page.getByRole('option', { name: 'typed plugin' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'typed', exact: true }).waitFor();
  await tabTo(page, 'Roll back to 1.0.0…');
  await page.keyboard.press('Enter');
  await page.getByText('Calls to typed move from 1.1.0 to 1.0.0.').waitFor();
  await focused(page, 'Reason (optional)');
  await page.keyboard.type('typed by hand');
  await page.keyboard.press('Enter');
  await expect.poll(() => served('typed')).toBe('1.0.0');
});

describe('the texts on the pages alone', () => {
  test('a reader who knows only the texts can do "version 1.2.0 is broken, roll production back"', async () => {
    const page = await scene.signedInPage();
    const reader = new Reader(page);
    await reader.click(/^echo$/);
    await reader.click('Roll back to 1.1.0…');
    await page.getByText('Calls to echo move from 1.2.0 to 1.1.0.').waitFor();
    await focused(page, 'Reason (optional)');
    await page.keyboard.type('1.2.0 is broken');
    await reader.click(/^Roll back to 1.1.0$/);
    await expect.poll(() => served('echo')).toBe('1.1.0');
    reader.report('Roll production back');
    expect(reader.clicks).toBe(3);
  });

  test('a reader who knows only the texts can do "find out why 1.3.0 was rejected"', async () => {
    const page = await scene.signedInPage();
    const reader = new Reader(page);
    await reader.click(/^echo$/);
    await page.getByRole('heading', { name: 'echo', exact: true }).waitFor();
    await reader.click('Findings');
    await page.getByRole('heading', { name: 'echo 1.3.0' }).waitFor();
    await page.getByText('os.system').first().waitFor();
    reader.report('Find out why 1.3.0 was rejected');
    expect(reader.clicks).toBe(2);
  });

  test('a reader who knows only the texts can do "who deployed echo"', async () => {
    const page = await scene.signedInPage();
    const reader = new Reader(page);
    await reader.click(/^Deployments$/);
    await page.getByRole('row', { name: /^echo 1\.2\.0 .* first key / }).waitFor();
    reader.report('Find out who deployed it');
    expect(reader.clicks).toBe(1);
  });

  test.each([
    ['the overview', 2, []],
    ['the plugin', 3, [/^echo$/]],
  ])(
    'a reader who knows only the texts can do "find what a failed call printed" from %s',
    async (from, clicks, before) => {
      const request = await failedCall();
      const page = await scene.signedInPage();
      const reader = new Reader(page);
      for (const text of before) await reader.click(text);
      await reader.click('Error log');
      await page.getByText('ValueError: it was asked to fail').first().waitFor();
      await reader.click(request);
      await page.getByText("called with {'text': 'hello', 'fail': True}").waitFor();
      reader.report(`Find the log of a failed call from ${from}`);
      expect(reader.clicks).toBe(clicks);
      const lines = page.locator('pre.log > div');
      expect(await lines.filter({ hasText: request }).count()).toBe(await lines.count());
    },
  );
});

/** Makes a call that fails, and returns its request ID once its output is stored. */
async function failedCall(): Promise<string> {
  const { api_key, namespace_id, url } = scene.local;
  const answer = await fetch(`${url}/v1/namespaces/${namespace_id}/plugins/by-name/echo/realtime`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { text: 'hello', fail: true } }),
  });
  expect(await answer.json()).toMatchObject({ status: 'error' });
  const request = answer.headers.get('slipway-request-id') ?? '';
  const query = { request, level: 'error' } as const;
  await expect
    .poll(
      async () => (await client().get('/v1/namespaces/{namespace_id}/logs', { path: { namespace_id }, query })).results,
    )
    .not.toEqual([]);
  return request;
}

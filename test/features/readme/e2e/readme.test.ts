// Tests the README tab of a plugin's page: what an author wrote is laid out, and nothing that a README can contain runs, loads from
// elsewhere or freezes the page.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { waitUntilSettled } from '../../../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../../../scripts/demo/pack.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { indexedPng } from '../../../console/drawing/indexed-png.ts';
import { faultsOf } from '../../../console/faults.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';
import { patienceMs } from '../../../support/waiting.ts';
import { hostileReadmes } from './hostile-readmes.ts';
import { strangeElements } from './strange-elements.ts';
import { usualReadme } from './usual-readme.ts';

const scene = consoleScene({ plugins: false });
const picture = new Uint8Array(indexedPng({ width: 320, height: 60, colors: new Uint16Array(320 * 60).fill(0x5af) }));

let page: Page;
let did: string[];
const loaded: string[] = [];
beforeAll(async () => {
  await publishWith('1.0.0', { 'README.md': usualReadme, 'docs/picture.png': picture });
  await scene.client.deploy('documented_1_0_0');
  await waitUntilSettled(scene.client, 'documented_1_0_0', patienceMs);
  await publishWith('1.1.0', { 'README.md': '# Not live\n' });
  await publish(scene.client, echoPlugin('bare', '1.0.0'));
  page = await scene.signedInPage({ viewport: { width: 1280, height: 900 } });
  did = faultsOf(page);
  page.on('dialog', (dialog) => did.push(`dialog ${dialog.message()}`));
  page.on('popup', (popup) => did.push(`window ${popup.url()}`));
  page.on('request', (request) => loaded.push(request.url()));
});

async function publishWith(version: string, more: Parameters<typeof packFiles>[0]): Promise<void> {
  const { files, name } = echoPlugin('documented', version);
  await scene.client.publish(name, version, await packFiles({ ...files, ...more }));
}

const readme = () => page.getByRole('region', { name: 'README of 1.0.0' });

async function openReadme(): Promise<void> {
  await page.goto(scene.path('plugins/documented/readme'));
  await readme().waitFor();
}

describe('a README', () => {
  test("the live version's README is shown with headings, lists, code and a table", async () => {
    await openReadme();
    await readme().getByRole('heading', { level: 3, name: 'Documented' }).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual(['documented']);
    expect(await readme().getByRole('heading', { level: 4 }).allInnerTexts()).toEqual(['Call it', 'Fields', 'To do']);
    expect(await readme().getByRole('row').allInnerTexts()).toEqual([
      'Field\tType\tMeaning',
      'text\tstring\twhat to echo',
    ]);
    expect(await readme().getByRole('checkbox', { name: 'Write it' }).isChecked()).toBe(true);
    expect(await readme().getByRole('checkbox', { name: 'Read it' }).isDisabled()).toBe(true);
    await readme().locator('.code-keyword').first().waitFor();
    await readme().getByText('<b>no HTML</b>').waitFor();
  });

  test('its picture comes from the archive', async () => {
    await openReadme();
    const image = readme().getByRole('img', { name: 'How it works' });
    await image.scrollIntoViewIfNeeded();
    await expect.poll(() => page.evaluate(`document.querySelector('.readme-text img').naturalWidth`)).toBe(320);
    expect(await readme().getByRole('img').count()).toBe(1);
    expect(
      await readme()
        .getByRole('link', { name: /^a chart/ })
        .getAttribute('href'),
    ).toBe('https://ci.example.com/chart.png');
  });

  test('links lead to its files, to its headings, and visibly out', async () => {
    await openReadme();
    const out = readme().getByRole('link', { name: 'echoes (opens in a new tab)' });
    expect(await out.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    expect(await out.getAttribute('target')).toBe('_blank');
    await readme().getByRole('link', { name: 'its fields' }).click();
    expect(new URL(page.url()).hash).toBe('#readme-fields');
    await expect
      .poll(() => page.evaluate('document.querySelector(location.hash).getBoundingClientRect().top < innerHeight'))
      .toBe(true);
    await readme().getByRole('link', { name: 'the manifest' }).click();
    await page.getByRole('heading', { level: 2, name: 'manifest.py' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(scene.path('plugins/documented/versions/1.0.0/source'));
  });

  const isFieldsInView = (on = page) =>
    on.evaluate(`(() => {
      const { top } = document.getElementById('readme-fields')?.getBoundingClientRect() ?? { top: -1 };
      return top >= 0 && top < innerHeight;
    })()`);

  test('the address of a heading shows it after a reload, and after signing in', async () => {
    const address = scene.path('plugins/documented/readme#readme-fields');
    await page.setViewportSize({ width: 1280, height: 300 });
    await page.goto(address);
    await page.reload();
    await expect.poll(() => isFieldsInView()).toBe(true);
    await page.setViewportSize({ width: 1280, height: 900 });
    const other = await (await scene.newContext({ viewport: { width: 1280, height: 300 } })).newPage();
    await other.goto(address);
    await other.getByLabel('API key').fill(scene.local.api_key);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => isFieldsInView(other)).toBe(true);
    expect(new URL(other.url()).hash).toBe('#readme-fields');
    await other.close();
  });

  test('a link to a line shows it, one to a folder its files, and one to a missing file says so', async () => {
    const text = '[line](realtime.py#L7) [folder](docs/) [missing](LICENSE)';
    await page.route('**/plugins/documented_1_0_0/readme?kind=extractor', async (route) => {
      const response = await route.fetch({ maxRetries: 2 });
      await route.fulfill({ response, json: { ...(await response.json()), text } });
    });
    await openReadme();
    await readme().getByRole('link', { name: 'line' }).click();
    await page.getByRole('heading', { level: 2, name: 'realtime.py' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#L7');
    await openReadme();
    await readme().getByRole('link', { name: 'folder' }).click();
    await page.getByRole('region', { name: 'docs' }).getByRole('link', { name: 'docs/picture.png' }).waitFor();
    await openReadme();
    await readme().getByRole('link', { name: 'missing' }).click();
    await page.getByText('This version has no such file.').waitFor();
    await page.unrouteAll();
  });

  test('a plugin without a README says what one is for', async () => {
    await page.goto(scene.path('plugins/bare'));
    await page.getByRole('link', { name: 'README', exact: true }).click();
    await page.getByText('bare 1.0.0 has no README.').waitFor();
    await page.getByText('slipway init my_plugin').waitFor();
  });

  test('a README without Markdown, and one that goes on, are shown as text', async () => {
    await page.route('**/plugins/documented_1_0_0/readme?kind=extractor', async (route) => {
      const response = await route.fetch({ maxRetries: 2 });
      const file = { path: 'README.rst', text: '# Not a heading\n', size_bytes: 2 ** 20, truncated: true };
      await route.fulfill({ response, json: { ...(await response.json()), ...file } });
    });
    await openReadme();
    await readme().getByText('# Not a heading').waitFor();
    await readme().getByText('The file continues: it has 1.0 MB.').waitFor();
    await page.unrouteAll();
  });

  test('it needs no sideways scrolling on a phone', async () => {
    await openReadme();
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.setViewportSize({ width: 1280, height: 900 });
  });
});

describe('a hostile README', () => {
  let text = '';
  beforeAll(async () => {
    await page.route('**/plugins/documented_1_0_0/readme?kind=extractor', async (route) => {
      const response = await route.fetch({ maxRetries: 2 });
      await route.fulfill({ response, json: { ...(await response.json()), text } });
    });
  });

  test.each(hostileReadmes)('%s', async (name, hostile) => {
    text = `The start.\n\n${hostile}\n`;
    did.length = 0;
    loaded.length = 0;
    await openReadme();
    const begun = performance.now();
    await readme().getByText('The start.').waitFor();
    expect(await page.evaluate(strangeElements)).toEqual([]);
    await page.mouse.move(640, 400);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('new Promise((done) => requestAnimationFrame(() => done(globalThis.hit ?? 0)))')).toBe(
      0,
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(1280);
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(did).toEqual([]);
    expect(loaded.filter((url) => new URL(url).origin !== scene.local.url)).toEqual([]);
    expect(scene.violations).toEqual([]);
    process.stdout.write(`${Math.round(performance.now() - begun)} ms: ${name}\n`);
  });
});

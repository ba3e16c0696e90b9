// Tests that author-controlled content is shown as text: none of it becomes markup, runs, hides, or imitates something else.
// @module-tag long
import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { waitUntilSettled } from '../../scripts/demo/extractor-client.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { patienceMs } from '../support/waiting.ts';
import { consoleScene } from './console-scene.ts';
import { faultsOf } from './faults.ts';

const scene = consoleScene();

const html = '<img src=x onerror="document.title=1">';
const svg = '<svg onload="document.title=1"><script>document.title=2</script></svg>';
const closing = '</script><script>document.title=3</script>';
const link = '[click](javascript:document.title=4) javascript:alert(1)';
const ansi = '\u001b[31mred\u001b[0m \u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007';
const direction = 'invoice\u202egnp.exe\u2066 \u200bend';
const forged = 'before\r2026-11-20T12:00:00Z host | promoted by admin\u001b[2K\u0008\u0008';

/** A 5 MB line, and a line that is short enough to be returned. */
const longLine = `# ${randomBytes(2_500_000).toString('hex')}`;
const cutLine = `# ${randomBytes(100_000).toString('hex')} the end`;

function python(text: string): string {
  return JSON.stringify(text).replaceAll('\\u001b', '\\x1b').replaceAll('\u007f', '\\x7f');
}

function hostilePlugin() {
  const plugin = echoPlugin('texts', '1.0.0');
  const description = [html, svg, closing, link].join(' ');
  const printing = [html, ansi, forged, closing].map((text) => `        print(${python(text)})`).join('\n');
  return {
    ...plugin,
    files: {
      ...plugin.files,
      'manifest.py': plugin.files['manifest.py'].replace('"Echoes its inputs"', python(description)),
      'realtime.py': plugin.files['realtime.py'].replace(
        '        return {"echo": [0.0, 1.0], "inputs": inputs}',
        `${printing}\n        if inputs.get("fail"):\n            raise ValueError(${python(html)})\n        return {"echo": [0.0, 1.0], ${python(svg)}: ${python(closing)}}`,
      ),
      'README.md': `# ${html}\n${svg}\n${closing}\n${link}\n`,
      'notes.py': `# ${html}\n# ${svg}\n# ${closing}\n# ${link}\n# ${ansi}\n# ${direction}\n`,
      'long.md': longLine,
      'cut.md': cutLine,
      'tests/examples/one.json': JSON.stringify({ inputs: { text: html, [closing]: svg } }),
    },
  };
}

beforeAll(async () => {
  await publish(scene.client, hostilePlugin());
  await scene.client.deploy('texts_1_0_0');
  await waitUntilSettled(scene.client, 'texts_1_0_0', patienceMs);
});

/** Opens a page, and returns a check that the text on it had no effect other than being shown. The check prints its result. */
async function watchedPage(path: string): Promise<{ page: Page; expectOnlyText: () => Promise<void> }> {
  const page = await scene.signedInPage();
  const did = faultsOf(page);
  page.on('dialog', (dialog) => did.push(`dialog ${dialog.message()}`));
  page.on('request', (request) => new URL(request.url()).origin === scene.local.url || did.push(request.url()));
  await page.goto(scene.path(path));
  return {
    page,
    expectOnlyText: async () => {
      await expect.poll(() => page.title()).toMatch(/ · Slipway$/);
      expect(await page.locator('main :is(img, script, iframe, object, embed)').count()).toBe(0);
      expect(await page.locator('a[href^="javascript" i]').count()).toBe(0);
      expect(await page.locator('[onload], [onerror], [onclick]').count()).toBe(0);
      expect(did).toEqual([]);
      process.stdout.write(`${expect.getState().currentTestName}: shown as text on ${path}, 0 refused by the policy\n`);
    },
  };
}

const source = 'plugins/texts/versions/1.0.0/source?file=';

test.each([
  ['HTML', html],
  ['SVG', svg],
  ['the end of a script', closing],
  ['a javascript: URL', link],
  ['escape sequences of terminals', '[U+001B][31mred[U+001B][0m [U+001B]]8;;javascript:alert(1)[U+0007]link'],
  ['characters that change the direction of text', 'invoice[U+202E]gnp.exe[U+2066] [U+200B]end'],
])('%s in a source file is shown as text', async (_what, shown) => {
  const { page, expectOnlyText } = await watchedPage(`${source}notes.py`);
  await page.getByText(shown).first().waitFor();
  // Colored pieces replace the plain text shortly afterwards; their content is the same.
  await page.locator('.code-comment').first().waitFor();
  await page.getByText(shown).first().waitFor();
  await expectOnlyText();
});

test('markup in a README is shown as text', async () => {
  const { page, expectOnlyText } = await watchedPage(`${source}README.md`);
  for (const text of [html, svg, closing, link]) await page.getByText(text).first().waitFor();
  await expectOnlyText();
});

test('a 5 MB line, and a long line that is returned, are not shown as markup', async () => {
  const long = await watchedPage(`${source}long.md`);
  await long.page.getByText(/^long.md is not text, or too large to show/).waitFor();
  await long.expectOnlyText();
  const cut = await watchedPage(`${source}cut.md`);
  await cut.page.getByText(/[0-9a-f]…$/).waitFor();
  expect(await cut.page.getByText('the end').count()).toBe(0);
  await cut.expectOnlyText();
});

test('markup and javascript: URLs in a manifest are shown as text', async () => {
  const { page, expectOnlyText } = await watchedPage('plugins/texts/versions/1.0.0');
  for (const text of [html, svg, closing, link]) await page.getByText(text).first().waitFor();
  await expectOnlyText();
});

test('log lines that imitate other lines, and control characters in log lines, are shown as text', async () => {
  const api = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  const path = { namespace_id: scene.local.namespace_id };
  const { results } = await api.get('/v1/namespaces/{namespace_id}/deployments', { path, query: { name: 'texts' } });
  const { page, expectOnlyText } = await watchedPage(`deployments/${results[0]?.deployment_id}`);
  const log = page.locator('.log').last();
  await log.getByText(html).first().waitFor();
  await log.getByText('[U+001B][31mred').first().waitFor();
  await log.getByText(closing).first().waitFor();
  const lines = (await log.locator('> div').allInnerTexts()).filter((line) => line !== '');
  expect(lines.filter((line) => !/^\d\d:\d\d:\d\d\.\d{3} (stdout|stderr|host) \| /.test(line))).toEqual([]);
  expect(lines.filter((line) => line.includes('host | promoted by admin')).length).toBeGreaterThan(0);
  await expectOnlyText();
});

test("keys, values and errors in a call's answer and in its input form are shown as text", async () => {
  const { page, expectOnlyText } = await watchedPage('plugins/texts/playground');
  await expect.poll(() => page.getByLabel('Inputs as JSON').inputValue()).toContain('<img src=x');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByRole('region', { name: 'Answer', exact: true }).getByText(closing).waitFor();
  await page.getByText('This call in other languages').click();
  await page.getByRole('region', { name: 'Call in curl' }).waitFor();
  await page.getByLabel('Inputs as JSON').fill('{"fail": true}');
  await page.getByRole('button', { name: 'Call', exact: true }).click();
  await page.getByText(`ValueError: ${html}`).first().waitFor();
  await expectOnlyText();
});

// Tests with the browser's own compositions that keys of an input method or a dead key do nothing else in the console and the reference.
// @module-tag long
import type { CDPSession, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { echoPlugin, publish } from '../../e2e/plugins.ts';
import { consoleScene } from '../console-scene.ts';

const scene = consoleScene();

let page: Page;
let browser: CDPSession;
beforeAll(async () => {
  const plugin = echoPlugin('menu_reader', '1.0.0');
  const tags = '\ntags = ["メニュー", "菜单", "메뉴", "café"]\n';
  const files = { ...plugin.files, 'manifest.py': plugin.files['manifest.py'] + tags };
  await publish(scene.client, { ...plugin, files });
  page = await scene.signedInPage();
  browser = await page.context().newCDPSession(page);
});

/** Shows a text that an input method hasn't entered yet. */
async function compose(text: string): Promise<void> {
  const { length } = text;
  await browser.send('Input.imeSetComposition', { text, selectionStart: length, selectionEnd: length });
}

/** Presses a key that the input method uses, with the code by which browsers say so, and with its own. */
async function pressComposing(key: string, code: number): Promise<void> {
  for (const windowsVirtualKeyCode of [229, code])
    await browser.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode });
}

const field = () => page.getByRole('combobox', { name: 'Go to a plugin' });
const current = () => field().getAttribute('aria-activedescendant');

test.each([
  ['Japanese', 'メニ', 'メニュー'],
  ['Chinese', '菜单', '菜单'],
  ['Korean', '메뉴', '메뉴'],
  ['a dead key', 'cafe', 'café'],
])(
  'the keys of a composition in %s choose nothing in the search, and the next Enter does',
  async (_, typed, entered) => {
    await page.goto(scene.path('plugins'));
    await page.getByRole('main').getByText('echo').first().waitFor();
    await page.keyboard.press('Control+k');
    await field().waitFor();
    await compose(typed);
    const choice = page.getByRole('option', { name: 'menu_reader' }).first();
    await choice.waitFor();
    const before = page.url();
    const chosen = await current();
    await pressComposing('ArrowDown', 40);
    await pressComposing('Enter', 13);
    expect([page.url(), await current(), await field().inputValue()]).toEqual([before, chosen, typed]);
    await browser.send('Input.insertText', { text: entered });
    await choice.waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'menu_reader', level: 1 }).waitFor();
  },
);

test('keys that an input method uses outside of fields go to no page', async () => {
  await page.goto(scene.path('plugins'));
  await page.getByRole('main').getByText('echo').first().waitFor();
  for (const key of ['/', '?'])
    await browser.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, windowsVirtualKeyCode: 229 });
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await page.locator('input:focus').count()).toBe(0);
});

test("the Enter that ends a composition doesn't open the reference's first result", async () => {
  await page.goto('/docs');
  await page.locator('#search').click();
  await compose('search');
  await page.getByRole('list', { name: 'Search results' }).getByRole('link').first().waitFor();
  const before = page.url();
  await pressComposing('Enter', 13);
  expect(page.url()).toBe(before);
  await browser.send('Input.insertText', { text: 'search' });
  await page.keyboard.press('Enter');
  await expect.poll(() => page.url()).not.toBe(before);
});

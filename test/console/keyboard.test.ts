// Tests the console's keys, as a table: every action with a single key, from the place where it is used.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

let page: Page;
beforeAll(async () => {
  await publish(scene.client, spare('1.1.0', ['import time']));
  // A version that the scan rejects for two reasons.
  await publish(scene.client, spare('1.2.0', ['import subprocess', 'import threading'])).catch(() => undefined);
  page = await scene.signedInPage();
});

/** Returns another version of `spare`, with other imports in `realtime.py`. */
function spare(version: string, imports: string[]) {
  const plugin = echoPlugin('spare', version);
  const realtime = plugin.files['realtime.py'].replace('import time', ['import time', ...imports].join('\n'));
  return { ...plugin, files: { ...plugin.files, 'realtime.py': realtime } };
}

async function press(keys: string): Promise<void> {
  for (const key of keys.split(' ')) await page.keyboard.press(key);
}

async function open(path: string, shown: string): Promise<void> {
  await page.goto(path.startsWith('/') ? path : scene.path(path));
  await page.getByRole('main').getByText(shown).first().waitFor();
}

const focused = () => page.locator(':focus').innerText();

/** Presses a key that moves the focus on, twice, and the one that moves it back. Content that loads above doesn't change the order. */
async function expectMoves(on: string, back: string): Promise<void> {
  await press(on);
  await page.evaluate('void (window.firstStop = document.activeElement)');
  await press(on);
  expect(await page.evaluate('firstStop.compareDocumentPosition(document.activeElement) & 4')).toBe(4);
  await press(back);
  expect(await page.evaluate('firstStop === document.activeElement')).toBe(true);
}

test.each([
  ['g o', 'Overview'],
  ['g p', 'Plugins'],
  ['g d', 'Deployments'],
  ['g e', 'Events'],
  ['g a', 'Events'],
  ['g q', 'Usage'],
  ['g k', 'API keys'],
  ['g r', 'Runs'],
  ['g c', 'Later calls'],
])('%s goes to %s', async (keys, title) => {
  await open(title === 'Usage' ? 'plugins' : '/quotas', title === 'Usage' ? 'echo' : 'Live plugins');
  await press(keys);
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
});

test.each([
  ['plugins', 'echo'],
  ['deployments', 'broken'],
  ['plugins/echo', 'Standby'],
  ['/events', 'upload.rejected'],
  ['/quotas', 'Undeploy…'],
])('j and k move through the rows of %s', async (path, shown) => {
  await open(path, shown);
  await expectMoves('j', 'k');
});

test.each([
  ['findings', 'plugins/spare', 'Findings', 'SLP'],
  ['changed files', 'plugins/spare', 'Compare 1.0.0', 'realtime.py'],
])('n and p move through %s', async (_what, path, link, shown) => {
  await open(path, link);
  await page.getByRole('link', { name: link }).click();
  await page.locator('[data-stop]', { hasText: shown }).first().waitFor();
  await expectMoves('n', 'p');
});

test('the key / focuses the search, and opens the global search on pages without one', async () => {
  await open('plugins', 'echo');
  await press('/');
  expect(await page.locator(':focus').getAttribute('type')).toBe('search');
  await open('/quotas', 'Live plugins');
  await press('/');
  await page.getByRole('dialog', { name: 'Go to' }).waitFor();
});

test.each(['Control+k', 'Meta+k'])('the keys %s focus the field, even while the user types elsewhere', async (keys) => {
  await open('plugins', 'echo');
  await press('/');
  await press(keys);
  await page.getByRole('dialog', { name: 'Go to' }).waitFor();
  await page.keyboard.type('echo 1.1.0');
  await page.getByRole('option', { name: 'echo 1.1.0 version' }).waitFor();
  await press('Enter');
  await page.getByRole('heading', { name: 'echo 1.1.0' }).waitFor();
});

test.each([
  ['?', 'Keys'],
  ['Control+k', 'Go to'],
])('Escape closes the view that %s opened, and the focus returns to where it was', async (keys, name) => {
  await open('deployments', 'broken');
  await press('j');
  const before = await focused();
  await press(keys);
  await page.getByRole('dialog', { name }).waitFor();
  await press('Escape');
  await page.getByRole('dialog', { name }).waitFor({ state: 'detached' });
  expect(await focused()).toBe(before);
});

/**
 * Delays the console file whose name starts with this text, on a page that hasn't loaded it. `asked` resolves when the page requests
 * the file.
 */
async function holdBack(fresh: Page, file: string): Promise<{ asked: Promise<unknown>; letGo: () => void }> {
  const asked = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  await fresh.route(`**/console/assets/${file}-*.js`, async (route) => {
    asked.resolve();
    await held.promise;
    await route.continue();
  });
  return { asked: asked.promise, letGo: held.resolve };
}

describe('keys pressed before the code has loaded', () => {
  let fresh: Page;
  beforeEach(async () => {
    fresh = await scene.signedInPage();
    await fresh.goto(scene.path('plugins/echo'));
    await fresh.getByRole('heading', { name: 'Asked for and granted' }).waitFor();
    return () => fresh.close();
  });

  test('the search contains the text typed after Ctrl K once it opens, and the page is unchanged', async () => {
    const { asked, letGo } = await holdBack(fresh, 'dialog-window');
    await fresh.keyboard.press('Control+k');
    await asked;
    await fresh.keyboard.type('gp echo 1.1.0x');
    await fresh.keyboard.press('Backspace');
    letGo();
    const field = fresh.getByRole('combobox', { name: 'Go to a plugin, a version or a page' });
    await expect.poll(() => field.inputValue()).toBe('gp echo 1.1.0');
    expect(new URL(fresh.url()).pathname).toBe(scene.path('plugins/echo'));
  });

  test('Enter after a name opens the named page, even if it is pressed before the search has opened', async () => {
    const { asked, letGo } = await holdBack(fresh, 'dialog-window');
    await fresh.keyboard.press('Control+k');
    await asked;
    await fresh.keyboard.type('echo 1.1.0');
    await fresh.keyboard.press('Enter');
    letGo();
    await fresh.getByRole('heading', { name: 'echo 1.1.0' }).waitFor();
  });

  test('the first field in a dialog contains the text typed after its button was pressed, and Enter does not submit it', async () => {
    const { asked, letGo } = await holdBack(fresh, 'dialog-window');
    await fresh.getByRole('button', { name: 'Roll back to 1.1.0…', exact: true }).focus();
    await fresh.keyboard.press('Enter');
    await asked;
    await fresh.keyboard.type('broken');
    await fresh.keyboard.press('Enter');
    letGo();
    await expect.poll(() => fresh.getByLabel('Reason').inputValue()).toBe('broken');
    await fresh.getByText('Live 1.2.0').waitFor();
  });

  test("keys pressed after a menu's button select from the menu", async () => {
    const { asked, letGo } = await holdBack(fresh, 'user-menu');
    await fresh.getByRole('button', { name: '@local' }).focus();
    await asked;
    for (const key of ['Enter', 'End', 'ArrowUp', 'Enter']) await fresh.keyboard.press(key);
    letGo();
    await fresh.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  test('Escape cancels the opening, and keys work on the page again', async () => {
    const { asked, letGo } = await holdBack(fresh, 'dialog-window');
    await fresh.keyboard.press('Control+k');
    await asked;
    for (const key of ['e', 'Escape', 'g', 'd']) await fresh.keyboard.press(key);
    await fresh.getByRole('heading', { name: 'Deployments', level: 1 }).waitFor();
    letGo();
    expect(await fresh.getByRole('dialog').count()).toBe(0);
  });
});

test("the focus moves into the page that a link opens, and the page's name is announced", async () => {
  await open('plugins', 'echo');
  await page.getByRole('link', { name: 'echo', exact: true }).press('Enter');
  await page.getByText('Live 1.2.0').waitFor();
  await page.getByRole('main').and(page.locator(':focus')).waitFor();
  await page.getByRole('status').filter({ hasText: 'echo · Slipway' }).waitFor();
});

test('a page is shown as soon as its data arrives, and its name even earlier', async () => {
  const fresh = await scene.signedInPage();
  await fresh.goto(scene.path('plugins'));
  const link = fresh.getByRole('link', { name: 'echo', exact: true });
  await link.waitFor();
  const answer = Promise.withResolvers<void>();
  await fresh.route('**/plugins/by-name/echo/versions?*', async (route) => {
    await answer.promise;
    await route.continue();
  });
  await fresh.clock.install();
  await fresh.clock.pauseAt(Date.now() + 1000);
  await link.click();
  // The click's effect is drawn before the page changes.
  await fresh.clock.runFor(50);
  await fresh.getByRole('status').filter({ hasText: 'Loading echo…' }).waitFor();
  const answered = fresh.waitForResponse('**/plugins/by-name/echo/versions?*');
  answer.resolve();
  await (await answered).finished();
  // Advances in steps, because React would otherwise wait for 300 ms on a clock that doesn't advance that far.
  for (let ms = 0; ms < 200; ms += 10) await fresh.clock.runFor(10);
  await fresh.getByText('Live 1.2.0').waitFor();
  await fresh.close();
});

test('keys typed into a field trigger nothing else', async () => {
  await open('plugins', 'echo');
  await press('/ g d ?');
  expect(await page.getByRole('searchbox').inputValue()).toBe('gd?');
  await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor();
});

test("the search's focus ring covers no choice", async () => {
  await open('plugins', 'echo');
  await press('Control+k');
  const bounds = (selector: string) => page.locator(selector).first().boundingBox();
  await page.getByRole('option').first().waitFor();
  const [field, choice] = [await bounds('.palette input'), await bounds('.palette [role=option]')];
  const ring =
    'parseFloat(getComputedStyle(document.activeElement).outlineWidth) + parseFloat(getComputedStyle(document.activeElement).outlineOffset)';
  const pixels = Number(await page.evaluate(ring));
  expect(pixels).toBeGreaterThan(0);
  expect((field?.y ?? 0) + (field?.height ?? 0) + pixels).toBeLessThanOrEqual(choice?.y ?? 0);
});

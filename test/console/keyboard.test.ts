// Keys of the console, as a table: everything that it can be asked to do by a single key, from where it is used.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

let page: Page;
beforeAll(async () => {
  await publish(scene.client, spare('1.1.0', ['import time']));
  // The scan rejects it, for two reasons.
  await publish(scene.client, spare('1.2.0', ['import subprocess', 'import threading'])).catch(() => undefined);
  page = await scene.signedInPage();
}, 30_000);

/** Another version of `spare`, with other imports in `realtime.py`. */
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

/** How far down the page the focus is. */
async function focusedAt(): Promise<number> {
  return Number(await page.evaluate('document.activeElement.getBoundingClientRect().top + scrollY'));
}

// Promised in docs/console.md: `/` search, Ctrl K or ⌘ K go to a plugin
test.each([
  ['g o', 'Overview'],
  ['g p', 'Plugins'],
  ['g d', 'Deployments'],
  ['g e', 'Events'],
  ['g a', 'Events'],
  ['g q', 'Usage'],
  ['g k', 'API keys'],
  ['g w', 'Webhooks'],
])('%s goes to %s', async (keys, title) => {
  await open(title === 'Usage' ? 'plugins' : '/quotas', title === 'Usage' ? 'echo' : 'Live plugins');
  await press(keys);
  await page.getByRole('heading', { name: title, level: 1 }).waitFor();
});

// Promised in docs/console.md: `/` search, Ctrl K or ⌘ K go to a plugin
test.each([
  ['plugins', 'echo'],
  ['deployments', 'broken'],
  ['plugins/echo', 'Standby'],
  ['/events', 'upload.rejected'],
  ['/quotas', 'Undeploy spare'],
])('j and k go through the rows of %s', async (path, shown) => {
  await open(path, shown);
  await press('j');
  const first = await focusedAt();
  await press('j');
  expect(await focusedAt()).toBeGreaterThan(first);
  await press('k');
  expect(await focusedAt()).toBe(first);
});

// Promised in docs/console.md: `/` search, Ctrl K or ⌘ K go to a plugin
test.each([
  ['findings', 'plugins/spare', 'Findings', 'SLP'],
  ['changed files', 'plugins/spare', 'Compare 1.0.0', 'realtime.py'],
])('n and p go through %s', async (_what, path, link, shown) => {
  await open(path, link);
  await page.getByRole('link', { name: link }).click();
  await page.locator('[data-stop]', { hasText: shown }).first().waitFor();
  await press('n');
  const first = await focusedAt();
  await press('n');
  expect(await focusedAt()).toBeGreaterThan(first);
  await press('p');
  expect(await focusedAt()).toBe(first);
});

test('the key / goes to the search, and where there is none it opens the one of everything', async () => {
  await open('plugins', 'echo');
  await press('/');
  expect(await page.locator(':focus').getAttribute('type')).toBe('search');
  await open('/quotas', 'Live plugins');
  await press('/');
  await page.getByRole('dialog', { name: 'Go to' }).waitFor();
});

test.each(['Control+k', 'Meta+k'])('the keys %s go to the field, also while one types elsewhere', async (keys) => {
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
])('Escape closes what %s opened, and the focus returns', async (keys, name) => {
  await open('deployments', 'broken');
  await press('j');
  const before = await focused();
  await press(keys);
  await page.getByRole('dialog', { name }).waitFor();
  await press('Escape');
  await page.getByRole('dialog', { name }).waitFor({ state: 'detached' });
  expect(await focused()).toBe(before);
});

test('after a link, the focus is in the page that it leads to, whose name is announced', async () => {
  await open('plugins', 'echo');
  await page.getByRole('link', { name: 'echo', exact: true }).press('Enter');
  await page.getByText('Live 1.2.0').waitFor();
  await page.getByRole('main').and(page.locator(':focus')).waitFor();
  await page.getByRole('status').filter({ hasText: 'echo · Slipway' }).waitFor();
});

test('a page is shown as soon as its data is there, and its name before that', async () => {
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
  // The click is drawn before the page changes.
  await fresh.clock.runFor(50);
  await fresh.getByRole('status').filter({ hasText: 'Loading echo…' }).waitFor();
  const answered = fresh.waitForResponse('**/plugins/by-name/echo/versions?*');
  answer.resolve();
  await (await answered).finished();
  // React would wait for 300 ms of a clock that does not go that far.
  for (let ms = 0; ms < 200; ms += 10) await fresh.clock.runFor(10);
  await fresh.getByText('Live 1.2.0').waitFor();
  await fresh.close();
});

test('keys that are typed into a field do nothing else', async () => {
  await open('plugins', 'echo');
  await press('/ g d ?');
  expect(await page.getByRole('searchbox').inputValue()).toBe('gd?');
  await page.getByRole('heading', { name: 'Plugins', level: 1 }).waitFor();
});

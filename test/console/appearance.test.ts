// Tests a page's appearance before its scripts run, and its animations. The user's choices apply from the first frame.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene({ plugins: false });
const frames = z.array(z.string());

/** Records each frame's background, starting with the first. */
const recording = `globalThis.backgrounds = [];
(function record() {
  requestAnimationFrame(() => {
    globalThis.backgrounds.push(getComputedStyle(document.documentElement).backgroundColor);
    record();
  });
})();`;

async function backgrounds(page: Page): Promise<string[]> {
  return [...new Set(frames.parse(await page.evaluate('globalThis.backgrounds')))];
}

async function chooseTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.getByRole('button', { name: '@local' }).click();
  await page.getByRole('menuitemradio', { name: theme }).click();
  await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
  await page.keyboard.press('Escape');
}

async function backgroundOf(colorScheme: 'light' | 'dark'): Promise<string> {
  const page = await scene.signedInPage({ colorScheme });
  return String(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor'));
}

test.each([
  ['dark', 'light'],
  ['light', 'dark'],
] as const)(
  'the %s colors chosen by the user on a %s system apply to every frame, even on a slow machine',
  async (chosen, colorScheme) => {
    const page = await scene.signedInPage({ colorScheme });
    await chooseTheme(page, chosen);
    await page.addInitScript(recording);
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    await page.reload();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(await backgrounds(page)).toEqual([await backgroundOf(chosen)]);
  },
);

test("the user's colors apply while the page's scripts are still loading", async () => {
  const page = await scene.signedInPage({ colorScheme: 'light' });
  await chooseTheme(page, 'dark');
  const held = Promise.withResolvers<void>();
  await page.route(/\/console\/assets\/(?!first-colors).*\.js/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.reload({ waitUntil: 'commit' });
  const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  await expect.poll(background).toBe(await backgroundOf('dark'));
  expect(await page.getByRole('heading').count()).toBe(0);
  held.resolve();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
});

test.each([
  ['no-preference', ['turn']],
  ['reduce', []],
] as const)('an in-progress icon turns unless the user prefers reduced motion: %s', async (reducedMotion, moving) => {
  const page = await scene.signedInPage({ reducedMotion });
  await page.evaluate(`const busy = document.createElement('span');
    busy.className = 'status busy';
    const icon = document.createElement('span');
    icon.className = 'icon';
    busy.append(icon);
    document.body.append(busy);`);
  const names = 'document.getAnimations().map(({ animationName }) => animationName)';
  expect(await page.evaluate(names)).toEqual(moving);
});

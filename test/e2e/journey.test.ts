// The README's first five minutes, as a person does them: `npm start` on a new state folder, and what it prints.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium, signInByLink } from '../console/chromium.ts';
import { newStateFolder, removeState, type Slipway, startSlipway } from './slipway.ts';

let browser: Browser;
let slipway: Slipway;

beforeAll(async () => {
  browser = await launchChromium();
  slipway = await startSlipway(await newStateFolder(), { npm: true, args: [] });
  await slipway.printed(/^Published and live in/m);
});

afterAll(async () => {
  await browser?.close();
  await slipway?.stop();
  if (slipway) await removeState(slipway.state);
});

test('the link that npm start prints opens the console, signed in after one click, with the demo plugin live', async () => {
  const [, link = ''] = await slipway.printed(/^(http:\S+#link=\S+)$/m);
  const page = await browser.newPage();
  await signInByLink(page, link);
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.getByRole('link', { name: 'Plugins', exact: true }).click();
  await page.getByRole('row', { name: /text_profile.*1\.0\.0.*Live/ }).waitFor();
});

test('the API reference that npm start prints opens', async () => {
  const [, reference = ''] = await slipway.printed(/^\s+Reference\s+(\S+)$/m);
  const page = await browser.newPage();
  const response = await page.goto(reference);
  expect(response?.status()).toBe(200);
  await page.getByRole('heading', { level: 1 }).waitFor();
});

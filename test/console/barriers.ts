// Finds accessibility barriers in a page and its dialogs: axe violations in light and dark colors, and content wider than a narrow
// window.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { z } from 'zod';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violations = z.array(z.string());
/** Includes an experimental rule: the words that a control shows are in its name, by which people call it. */
const report =
  'axe.run(document, { rules: { "label-content-name-mismatch": { enabled: true } } }).then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))';
const narrow = { width: 320, height: 1000 };
const wide = { width: 1280, height: 720 };
/** Pixels by which the page or its dialog is wider than the window. */
const excess = `Math.max(document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll('[role=dialog]')].map((dialog) => dialog.scrollWidth - dialog.clientWidth))`;

/** Returns the barriers on the page and in each dialog that its buttons open, and the buttons that don't announce their dialog. */
export async function barriers(page: Page): Promise<string[]> {
  await page.setViewportSize(wide);
  const found = await barriersNow(page);
  for (const label of await dialogsOf(page)) {
    if (!label.endsWith('…')) found.push(`${label} opens a dialog, and does not end in …`);
    await page.locator('main').getByRole('button', { name: label, exact: true }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { level: 2 }).first().waitFor();
    for (const barrier of await barriersNow(page)) found.push(`dialog ${label}: ${barrier}`);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }
  return found;
}

/** Returns the labels of buttons that open a dialog. */
async function dialogsOf(page: Page): Promise<string[]> {
  const buttons = await page.locator('main button[aria-haspopup=dialog]:visible').all();
  const labels = await Promise.all(
    buttons.map(async (button) => (await button.getAttribute('aria-label')) ?? (await button.innerText())),
  );
  return [...new Set(labels)];
}

async function barriersNow(page: Page): Promise<string[]> {
  const found: string[] = [];
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const violation of violations.parse(await page.evaluate(report))) found.push(`${colorScheme}: ${violation}`);
  }
  await page.setViewportSize(narrow);
  const pixels = z.number().parse(await page.evaluate(excess));
  if (pixels > 0) found.push(`${pixels} px wider than the window`);
  await page.setViewportSize(wide);
  return found;
}

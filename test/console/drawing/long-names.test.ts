// Tests that no page scrolls sideways with the longest names, whether its lists are empty, have one row, or fifty.
// @module-tag long
import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pageWaitMs } from '../chromium.ts';
import { consoleScene } from '../console-scene.ts';
import { filled, pageIds, pages } from '../pages.ts';
import { affectedVersion } from './affected-version.ts';

const scene = consoleScene();
const widths = [1440, 900, 390];
const nameLength = 64;

let ids: Record<string, string>;
let page: Page;
beforeAll(async () => {
  ids = await pageIds(scene);
  page = await scene.signedInPage();
});

const named = new Set(['name', 'plugin', 'plugin_name', 'namespace_name', 'feature_extractor_name']);
const lists = new Set(['results', 'plugins', 'namespaces', 'items', 'builders', 'by_plugin']);

/** Returns the response with names of the greatest length, and lists of so many rows. */
function stretched(body: string, rows: number): string {
  return JSON.stringify(JSON.parse(body), (key, value: unknown) => {
    if (named.has(key) && typeof value === 'string') return value.padEnd(nameLength, '_long');
    const list = lists.has(key) ? z.array(z.unknown()).safeParse(value).data : undefined;
    return list === undefined || list.length === 0
      ? value
      : Array.from({ length: rows }, (_, place) => list[place % list.length]);
  });
}

async function fulfillStretched(route: Route, rows: number): Promise<void> {
  const response = await route.fetch({ maxRetries: 2 }); // of connections that the server just closed
  const text = await response.text();
  const isAdvisories = route.request().url().includes('/v1/advisories');
  const body = isAdvisories ? JSON.stringify({ ...JSON.parse(text), results: [affectedVersion] }) : text;
  const isJson = response.headers()['content-type']?.includes('json') === true && response.ok();
  await route.fulfill({ response, body: isJson ? stretched(body, rows) : text });
}

/** Returns the innermost elements that make the page scroll sideways. */
const tooWide = `document.documentElement.scrollWidth === innerWidth ? [] : [...document.querySelectorAll('main *')]
  .filter((element) => element.getBoundingClientRect().right > innerWidth && element.childElementCount === 0)
  .map(({ className, localName, parentElement, textContent }) =>
    [parentElement.localName + '.' + parentElement.className, localName + '.' + className, textContent.slice(0, 20)].join(' '))
  .slice(0, 4)`;

describe.each([0, 1, 50])('with %i rows', (rows) => {
  let pending = 0;
  beforeAll(async () => {
    await page.route(/\/(v1|api)\//, async (route) => {
      const { accept = '' } = route.request().headers();
      const isList = !accept.includes('event-stream') && !route.request().url().includes('/v1/session');
      if (!isList) return route.continue();
      pending += 1;
      await fulfillStretched(route, rows).finally(() => {
        pending -= 1;
      });
    });
  });
  afterAll(() => page.unrouteAll({ behavior: 'ignoreErrors' }));

  test.each(pages)('the page $name needs no horizontal scrolling', async ({ path }) => {
    await page.goto(filled(path, ids));
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('main [aria-busy=true], main .skeleton').first().waitFor({ state: 'detached' });
    await expect.poll(() => pending, { timeout: pageWaitMs }).toBe(0);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      expect([width, ...z.array(z.string()).parse(await page.evaluate(tooWide))]).toEqual([width]);
    }
  });
});

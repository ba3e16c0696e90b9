// Tests every console page in a browser: it is accessible in both themes and at every width, looks unchanged, and violates no content
// security policy rule.
// @module-tag long
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { barriers } from './barriers.ts';
import { consoleScene } from './console-scene.ts';
import { compact, differingShare, withFixedData } from './drawing/pictures.ts';
import { releasePages, withReleases } from './drawing/releases.ts';
import { drawnAt } from './drawing/times.ts';
import { faultsOf } from './faults.ts';
import { largePages, open, pageIds, pages } from './pages.ts';

const scene = consoleScene();
/** Each page is drawn at every width and in both themes, but not in every combination, because colors don't depend on the width. */
const views = [
  { width: 320, colorScheme: 'light' },
  { width: 900, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'light' },
] as const;
const largeViews = [
  { width: 390, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
] as const;
const pictures = 'test/console/pictures';
const isRenewed = process.env.SLIPWAY_RENEW_PICTURES === '1';
/** Fonts and shape edges differ slightly between machines. */
const differingMax = 0.02;
const pictureBytesMax = 30_000;

const traffic = z.object({ marks: z.array(z.object({ at: z.string(), type: z.string() })) });

let ids: Record<string, string>;
beforeAll(async () => {
  ids = await pageIds(scene);
  await mkdir(pictures, { recursive: true });
});

test('a resource that the content security policy refuses is noticed', async () => {
  const page = await scene.signedInPage();
  await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.test/' }))");
  await expect.poll(() => scene.violations.splice(0)).toMatchObject([{ directive: 'img-src' }]);
});

/** Forgets requests that are under way, whose answers the closing browser discards. */
function endRequests(page: Page): Promise<void> {
  return page.unrouteAll({ behavior: 'ignoreErrors' });
}

describe('every width and theme', () => {
  let page: Page;
  let blank: Page;
  let faults: string[];
  beforeAll(async () => {
    page = await scene.signedInPage({ deviceScaleFactor: 0.5, reducedMotion: 'reduce' });
    blank = await page.context().newPage();
    await withFixedData(page, scene);
    await withReleases(page);
    faults = faultsOf(page);
  });
  afterAll(() => endRequests(page));

  test('the versions in the pictures are as old as their marks in the charts', async () => {
    const answer = page.waitForResponse(/\/traffic\?/);
    await open(page, { name: 'plugin', path: '/n/{namespace}/plugins/echo', shown: 'Live 1.2.0' }, ids);
    const { marks } = traffic.parse(await (await answer).json());
    const begun = marks.filter(({ type }) => type === 'promoted').map(({ at }) => Date.parse(drawnAt) - Date.parse(at));
    expect(begun.map((ms) => `${Math.floor(ms / 3_600_000)} h ago`).sort()).toEqual([
      '13 h ago',
      '16 h ago',
      '19 h ago',
    ]);
    const entries = page.getByRole('list', { name: 'Versions and rejected uploads' }).locator('time');
    expect(await entries.allInnerTexts()).toEqual(['4 h ago', '13 h ago', '16 h ago', '19 h ago']);
  });

  test.each([...pages, ...releasePages])('$name needs no horizontal scrolling, and looks unchanged', async (shown) => {
    await page.setViewportSize({ width: 1440, height: 1000 });
    await open(page, shown, ids);
    for (const { colorScheme, width } of views) {
      await page.setViewportSize({ width, height: 1000 });
      await page.emulateMedia({ colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const seen = await page.screenshot({ animations: 'disabled', caret: 'hide' });
      await expectPicture(blank, `${shown.name}-${width}-${colorScheme}.png`, seen);
    }
    expect(faults.splice(0)).toEqual([]);
  });
});

describe('a namespace with 200 plugins and 3,000 calls', () => {
  let page: Page;
  let blank: Page;
  beforeAll(async () => {
    page = await scene.signedInPage({ deviceScaleFactor: 0.5, reducedMotion: 'reduce' });
    blank = await page.context().newPage();
    await withFixedData(page, scene, true);
  });
  afterAll(() => endRequests(page));

  test.each(largePages)('$name in a large namespace looks unchanged, even on a phone', async (shown) => {
    for (const { colorScheme, width } of largeViews) {
      await page.setViewportSize({ width, height: 1000 });
      await page.emulateMedia({ colorScheme });
      await open(page, shown, ids);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const seen = await page.screenshot({ animations: 'disabled', caret: 'hide' });
      await expectPicture(blank, `${shown.name}-${width}-${colorScheme}.png`, seen);
    }
  });
});

async function expectPicture(blank: Page, name: string, seen: Buffer): Promise<void> {
  const file = join(pictures, name);
  if (isRenewed) return writeFile(file, await compact(blank, seen));
  const kept = await readFile(file);
  expect(kept.length).toBeLessThan(pictureBytesMax);
  expect([name, await differingShare(blank, kept, seen)]).toEqual([name, below(differingMax)]);
}

function below(limit: number) {
  return expect.toSatisfy((share: number) => share < limit, `below ${limit}`);
}

test('every picture belongs to a page', async () => {
  const names = (shown: typeof pages, at: typeof views | typeof largeViews) =>
    shown.flatMap(({ name }) => at.map(({ colorScheme, width }) => `${name}-${width}-${colorScheme}.png`));
  const expected = [...names([...pages, ...releasePages], views), ...names(largePages, largeViews)];
  expect((await readdir(pictures)).toSorted()).toEqual(expected.toSorted());
});

describe('mouse and keyboard', () => {
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    page = await scene.signedInPage({ reducedMotion: 'reduce' });
    faults = faultsOf(page);
  });

  test.each(pages)('$name and its dialogs have no accessibility barriers', async (shown) => {
    await open(page, shown, ids);
    expect(await barriers(page)).toEqual([]);
    expect(faults.splice(0)).toEqual([]);
  });

  test.each(['/nowhere', '/n/{namespace}/nowhere', '/n/{namespace}/plugins/echo/nowhere'])(
    'the page of %s, which does not exist, has one main part',
    async (path) => {
      await open(page, { name: 'plugins', path: '/n/{namespace}/plugins', shown: 'echo' }, ids);
      const place = path.replace('{namespace}', scene.local.namespace_id);
      await page.evaluate(`history.pushState(null, '', '${place}'); dispatchEvent(new PopStateEvent('popstate'))`);
      await page.getByRole('heading', { name: 'Page not found' }).waitFor();
      expect(await page.locator('main').count()).toBe(1);
    },
  );
});

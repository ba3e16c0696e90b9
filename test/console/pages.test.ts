// Tests every page of the console in a browser: it can be used by everyone, in both themes and at every width, looks as it did, and
// breaks no rule of the content security policy.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { consoleScene } from './console-scene.ts';
import { faultsOf } from './faults.ts';
import { open, pageIds, pages } from './pages.ts';
import { differingShare, withFixedData } from './pictures.ts';

const scene = consoleScene();
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const violations = z.array(z.string());
const pictures = 'test/console/pictures';
const isRenewed = process.env.SLIPWAY_RENEW_PICTURES === '1';
/** Fonts and the edges of shapes differ a little between machines. */
const differingMax = 0.02;

let ids: Record<string, string>;
beforeAll(async () => {
  ids = await pageIds(scene);
}, 30_000);

test('a load that the content security policy refuses is noticed', async () => {
  const page = await scene.signedInPage();
  await page.evaluate("document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.test/' }))");
  await expect.poll(() => scene.violations.splice(0)).toMatchObject([{ directive: 'img-src' }]);
});

describe.each(['light', 'dark'] as const)('in %s colors', (colorScheme) => {
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    page = await scene.signedInPage({ colorScheme });
    faults = faultsOf(page);
  }, 30_000);

  // Promised in docs/console.md: every page with axe in light and dark
  test.each(pages)('$name has nothing that keeps people out, and nothing that the policy refuses', async (shown) => {
    await open(page, shown, ids);
    await page.evaluate(axe);
    const report =
      'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))';
    expect(violations.parse(await page.evaluate(report))).toEqual([]);
    expect(faults.splice(0)).toEqual([]);
  });
});

describe.each([320, 900, 1440])('at a width of %i px', (width) => {
  let page: Page;
  beforeAll(async () => {
    page = await scene.signedInPage({
      viewport: { width, height: 1000 },
      deviceScaleFactor: 0.5,
      reducedMotion: 'reduce',
    });
    await withFixedData(page);
  }, 30_000);

  // Promised in docs/console.md: pictures of every page at widths of 320, 900 and 1440 px
  test.each(pages)('$name needs no horizontal scrolling, and looks as it did', async (shown) => {
    await open(page, shown, ids);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const file = join(pictures, `${shown.name}-${width}.png`);
    const seen = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    if (isRenewed) {
      await mkdir(pictures, { recursive: true });
      await writeFile(file, seen);
    }
    expect(await differingShare(page, await readFile(file), seen)).toBeLessThan(differingMax);
  });
});

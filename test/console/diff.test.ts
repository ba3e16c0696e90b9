// Tests how the changes between two versions are shown: side by side if there is space, and otherwise one below the other.
// @module-tag long
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene({ plugins: false });

const before = ['# same 1', '# same 2', '-- a line that looks like the name of a file', '# removed', '# same 3', ''];
const after = ['# same 1', '# same 2', '# added', '# same 3', '# at the end'];

beforeAll(async () => {
  for (const [version, lines] of [
    ['1.0.0', before],
    ['1.1.0', after],
  ] as const) {
    const plugin = echoPlugin('compared', version);
    const files = { ...plugin.files, 'notes.md': lines.join('\n') };
    await publish(scene.client, { ...plugin, files });
  }
});

async function openAt(width: number): Promise<Page> {
  const page = await scene.signedInPage({ viewport: { width, height: 1000 } });
  await page.goto(scene.path('plugins/compared/diff?from=1.0.0&to=1.1.0'));
  await page.getByText('notes.md').waitFor();
  return page;
}

/** Returns the visible lines of notes.md, each with its number, its text, and its side of the page. */
function linesOf(page: Page): Promise<unknown> {
  return page.evaluate(`[...document.querySelectorAll('details')]
    .filter((file) => file.innerText.startsWith('notes.md'))
    .flatMap((file) => [...file.querySelectorAll('.sides > div > div')])
    .filter((line) => line.checkVisibility())
    .map((line) => {
      const side = line.getBoundingClientRect().left < innerWidth / 2 ? 'left' : 'right';
      return [line.dataset.line ?? '', line.textContent, side].join(' ');
    })`);
}

test('both sides of a diff have the unchanged lines, each with its own line numbers', async () => {
  expect(await linesOf(await openAt(1200))).toEqual([
    '1  # same 1 left',
    '2  # same 2 left',
    '1  # same 1 right',
    '2  # same 2 right',
    '3 --- a line that looks like the name of a file left',
    '4 -# removed left',
    '3 +# added right',
    '5  # same 3 left',
    '4  # same 3 right',
    '5 +# at the end right',
    ' \\ No newline at end of file right',
  ]);
});

test("each line in a diff is visible once in a narrow window, with one version's lines below the other's", async () => {
  expect(await linesOf(await openAt(800))).toEqual([
    '1  # same 1 left',
    '2  # same 2 left',
    '3 --- a line that looks like the name of a file left',
    '4 -# removed left',
    '3 +# added left',
    '4  # same 3 left',
    '5 +# at the end left',
    ' \\ No newline at end of file left',
  ]);
});

test('each line is read once by a screen reader', async () => {
  const page = await openAt(1200);
  expect(await page.getByText('# same 1').locator('xpath=ancestor-or-self::*[@aria-hidden="true"]').count()).toBe(1);
  expect(await page.getByText('# removed').locator('xpath=ancestor-or-self::*[@aria-hidden="true"]').count()).toBe(0);
});

test("the frame's buttons have the same effect as its keys", async () => {
  const page = await openAt(1200);
  await page.getByRole('button', { name: 'Search or jump to…' }).click();
  await page.getByRole('combobox', { name: 'Go to a plugin, a version or a page' }).fill('compared 1.1.0');
  await page.getByRole('option', { name: 'compared 1.1.0' }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/versions\/1\.1\.0$/);
  await page.getByRole('button', { name: '@local' }).click();
  await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).click();
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
});

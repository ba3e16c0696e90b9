// Tests the plugin list: a row for each plugin, and filters in the URL.
// @module-tag long
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

const broken = ['broken Python', '–', 'Failed'];
const echo = ['echo Python', '1.2.0', 'Live'];
const hostile = ['hostile Python', '–', 'Not deployed'];
const spare = ['spare Python', '1.0.0', 'Live'];

async function openPlugins(query = '', options = {}): Promise<Page> {
  const page = await scene.signedInPage(options);
  await page.goto(scene.path(`plugins${query}`));
  await filter(page, 'State').waitFor();
  return page;
}

/** Returns the name, version and state of each row. */
async function rowsOf(page: Page): Promise<string[][]> {
  const rows = await page.locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
  return cells.map((texts) => texts.slice(0, 3).map((text) => text.trim()));
}

async function expectRows(page: Page, rows: string[][]): Promise<void> {
  await expect.poll(() => rowsOf(page)).toEqual(rows);
}

const filter = (page: Page, name: 'Kind' | 'State' | 'Findings') => page.getByRole('combobox', { name });

/** Returns the values of the search, the state and the verdict. */
const chosen = (page: Page) =>
  Promise.all(
    [page.getByRole('searchbox'), filter(page, 'State'), filter(page, 'Findings')].map((field) => field.inputValue()),
  );

test('a plugin with three versions has one row, which links to its page', async () => {
  const page = await openPlugins();
  await expectRows(page, [broken, echo, hostile, spare]);
  await page.getByRole('link', { name: 'echo', exact: true }).click();
  await page.getByRole('heading', { name: 'echo', exact: true }).waitFor();
});

test('filters are stored in the URL, combine with the search, and survive a reload', async () => {
  const page = await openPlugins();
  await filter(page, 'State').selectOption('live');
  await expectRows(page, [echo, spare]);
  await filter(page, 'Findings').selectOption('pass');
  await page.getByLabel('Filter by name').fill('sp');
  await expectRows(page, [spare]);
  expect(new URL(page.url()).search).toBe('?state=live&verdict=pass&name=sp');
  await page.reload();
  await expectRows(page, [spare]);
  expect(await chosen(page)).toEqual(['sp', 'live', 'pass']);
});

test.each([
  ['failed', [broken]],
  ['not deployed', [hostile]],
])('the filter for the state %s shows only the plugins in that state', async (state, rows) => {
  const page = await openPlugins(`?state=${encodeURIComponent(state)}`);
  await expectRows(page, rows);
  expect(await chosen(page)).toEqual(['', state, '']);
});

test('unknown filters are ignored', async () => {
  const page = await openPlugins('?state=sleeping&verdict=5');
  await expectRows(page, [broken, echo, hostile, spare]);
  expect(await chosen(page)).toEqual(['', '', '']);
});

test('an empty filter result says so at 320 px, and has a link that clears the filters', async () => {
  const page = await openPlugins('?state=in+progress&verdict=reject', { viewport: { width: 320, height: 800 } });
  await page.getByText('None of these plugins matches the filters.').waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await page.getByRole('link', { name: 'Clear the filters' }).click();
  const names = page.getByRole('rowheader').getByRole('link');
  await expect.poll(() => names.allInnerTexts()).toEqual(['broken', 'echo', 'hostile', 'spare']);
  expect(new URL(page.url()).search).toBe('');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
});

test('the rows are sorted by a click on a column, in either direction, and the order survives a reload', async () => {
  const page = await openPlugins();
  await expectRows(page, [broken, echo, hostile, spare]);
  const order = () => page.getByRole('columnheader', { name: 'Plugin' }).getAttribute('aria-sort');
  expect(await order()).toBe('ascending');
  await page.getByRole('link', { name: 'Plugin', exact: true }).click();
  await expectRows(page, [spare, hostile, echo, broken]);
  expect(new URL(page.url()).search).toBe('?sort=-name');
  await page.reload();
  await expectRows(page, [spare, hostile, echo, broken]);
  expect(await order()).toBe('descending');
});

test('a plugin that continues on the next page stays in one row, and filters state their scope', async () => {
  const page = await scene.signedInPage();
  // Pages of two versions, so that `echo` spans two.
  await page.route(/\/plugins\?limit=1000/, (route) =>
    route.continue({ url: route.request().url().replace('limit=1000', 'limit=2') }),
  );
  await page.goto(scene.path('plugins'));
  await expectRows(page, [broken, ['echo Python', '1.2.0', 'Live']]);
  await filter(page, 'State').selectOption('not deployed');
  await page.getByText('None of these plugins matches the filters.').waitFor();
  await page.getByText('Sorting and filters apply to the rows loaded so far.').waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await filter(page, 'State').selectOption('');
  await expectRows(page, [broken, echo]);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expectRows(page, [broken, echo, hostile, spare]);
  await filter(page, 'State').selectOption('not deployed');
  await expectRows(page, [hostile]);
  expect(await page.getByText('loaded so far').count()).toBe(0);
});

test('a row shows the calls and callers of 30 days, the share of failed calls, and who changed the plugin', async () => {
  const { namespace_id, api_key: apiKey, url: baseUrl } = scene.local;
  const client = new SlipwayClient({ baseUrl, apiKey });
  const path = { namespace_id, slug: 'echo' };
  const call = (inputs: Record<string, unknown>) =>
    client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', { path, body: { inputs } });
  await call({ text: 'hello' });
  await call({ text: 'hello', fail: true }).catch(() => undefined);
  const page = await openPlugins();
  const cells = page.getByRole('row', { name: /^echo / }).locator('td');
  await expect
    .poll(async () => (await cells.allInnerTexts()).slice(1, 7).map((text) => text.trim()))
    .toEqual(['Failing', '2', '1', '50%', expect.stringMatching(/ms$/), 'first key']);
});

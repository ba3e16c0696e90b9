// Tests the order and the pages of the table of plugins.
import { beforeAll, describe, expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { countCalls, hour, type Table, tableApp } from './overviews.ts';

describe('the order of plugins', () => {
  let app: Table;

  beforeAll(async () => {
    app = await tableApp();
    for (const name of ['few_calls', 'many_calls', 'no_calls', 'same_calls']) await publish(app.org, plugin({ name }));
    await countCalls(app, 'few_calls', hour, 2, 2);
    await countCalls(app, 'many_calls', hour, 9);
    await countCalls(app, 'same_calls', hour, 9, 1);
  });

  test.each([
    ['', ['few_calls', 'many_calls', 'no_calls', 'same_calls']],
    ['?order=desc', ['same_calls', 'no_calls', 'many_calls', 'few_calls']],
    ['?sort=calls&order=desc', ['same_calls', 'many_calls', 'few_calls', 'no_calls']],
    ['?sort=calls', ['no_calls', 'few_calls', 'many_calls', 'same_calls']],
    ['?sort=errors&order=desc', ['few_calls', 'same_calls', 'many_calls', 'no_calls']],
    ['?search=CALLS&verdict=reject', []],
    ['?search=Y_', ['many_calls']],
    ['?search=%25', []],
  ])('plugins sorted by %j', async (query, names) => {
    expect(await app.names(query)).toEqual(names);
  });

  test('pages of sorted plugins contain each plugin once, even if plugins have equal sort values', async () => {
    const seen: unknown[] = [];
    for (let cursor = ''; ; ) {
      const path = `${app.org.plugins}/by-name?sort=calls&order=desc&limit=1${cursor}`;
      const { pagination, results, total } = Object((await app.org.get(path)).body);
      expect([results.length, total]).toEqual([1, 4]);
      seen.push(results[0].name);
      if (pagination.next_cursor === null) break;
      cursor = `&cursor=${pagination.next_cursor}`;
    }
    expect(seen).toEqual(['same_calls', 'many_calls', 'few_calls', 'no_calls']);
  });

  test("a plugin cursor is refused with another sort order, and so is any text that isn't a cursor", async () => {
    const { body } = await app.org.get(`${app.org.plugins}/by-name?limit=1`);
    const { next_cursor } = Object(body).pagination;
    for (const query of [`sort=calls&cursor=${next_cursor}`, `order=desc&cursor=${next_cursor}`, 'cursor=bm9uZQ'])
      expect((await app.org.get(`${app.org.plugins}/by-name?${query}`)).status, query).toBe(422);
  });
});

// Tests a namespace's logs over HTTP: the lines of all its plugins, ordered by time, filtered, in pages, and only for authorized
// readers.
import { afterAll, expect, test } from 'vitest';
import { sweepUnstoredLogs } from '../../../../src/logs/collect.ts';
import { clientWithKey, namespaceIn, organization } from '../../../support/scenes/organization.ts';
import { type Line, namespaceLines } from './namespace-lines.ts';

const { own, org, path, secondRequest, app } = await namespaceLines();

afterAll(() => own.kill());

async function linesOf(query: string): Promise<Line[]> {
  const { results }: { results: Line[] } = Object((await org.get(`${path}?text=said${query}`)).body);
  return results;
}

const texts = (lines: Line[]) => lines.map(({ line, plugin: name }) => `${name}: ${line}`);

const all = ['first_ext: said <b> 1', 'second_ext: said <b> 2', 'first_ext: said <b> 3'];

test("a namespace's logs contain all its plugins' lines in time order, each with its plugin, version and deployment", async () => {
  const lines = await linesOf('');
  expect(texts(lines)).toEqual(all);
  expect(lines[1]).toEqual({
    ...{ at: expect.stringMatching(/^\d{4}-.*Z$/), stream: 'stdout', line: 'said <b> 2', request: secondRequest },
    ...{ plugin: 'second_ext', version: '1.0.0', deployment_id: expect.stringMatching(/^dep_/) },
  });
  await sweepUnstoredLogs(app.deps);
  expect(texts(await linesOf(''))).toEqual(all);
});

test("a namespace's logs are filtered by plugin, request, text and time", async () => {
  expect(texts(await linesOf('&plugin=first_ext'))).toEqual([all[0], all[2]]);
  expect(texts(await linesOf('&plugin=no_such_ext'))).toEqual([]);
  expect(texts(await linesOf(`&request=${secondRequest}`))).toEqual([all[1]]);
  const { body } = await org.get(`${path}?text=SAID%20%3Cb%3E%203`);
  expect(texts(Object(body).results)).toEqual([all[2]]);
  const [, second] = await linesOf('');
  expect(texts(await linesOf(`&since=${second?.at}`))).toEqual(all.slice(1));
  expect(texts(await linesOf(`&until=${second?.at}`))).toEqual(all.slice(0, 1));
});

test("a namespace's logs can be limited to error lines, with their continuation lines and the failed request", async () => {
  const answer = await org.post(`${org.plugins}/by-name/first_ext/realtime`, { inputs: { fail: true } });
  const request = answer.headers.get('slipway-request-id');
  const { results }: { results: Line[] } = Object((await org.get(`${path}?level=error`)).body);
  expect(results.map(({ line }) => line)).toEqual([
    'ERROR it cannot',
    '  because of this',
    'Traceback (most recent call last):',
    '  File "realtime.py", line 5, in run_inference',
    '    raise ValueError("no such thing")',
    'ValueError: no such thing',
  ]);
  expect(results.map((line) => Object(line).request)).toEqual(Array.from({ length: 6 }, () => request));
  const both = Object((await org.get(`${path}?level=error&text=BECAUSE`)).body);
  expect(both.results).toMatchObject([{ line: '  because of this' }]);
});

test("a namespace's log pages contain each line exactly once", async () => {
  const seen: string[] = [];
  // The builder may have read two lines in the same millisecond, and a page of two holds them both.
  for (let cursor = ''; ; ) {
    const { pagination, results } = Object((await org.get(`${path}?text=said&limit=2${cursor}`)).body);
    seen.unshift(...texts(results));
    if (pagination.next_cursor === null) break;
    cursor = `&cursor=${pagination.next_cursor}`;
  }
  expect(seen).toEqual(all);
});

test.each([
  'limit=0',
  'limit=1001',
  'since=yesterday',
  'cursor=bm9uZQ',
  'cursor=MTc2OTAwMDAwMDAwMC05OTk5',
  'text=',
  'level=loud',
])("a namespace's logs are refused for %s", async (query) => {
  expect((await org.get(`${path}?${query}`)).status).toBe(422);
});

test("a namespace's logs exclude another namespace's lines, and are refused for a key without plugins:read and for another organization", async () => {
  const elsewhere = await namespaceIn(org, 'elsewhere');
  expect((await org.get(`/v1/namespaces/${elsewhere}/logs`)).body).toMatchObject({ results: [] });
  const writer = await clientWithKey(org, { scopes: ['plugins:write'] });
  expect((await writer.get(path)).status).toBe(403);
  expect((await (await organization({ fetch: app.fetch })).get(path)).status).toBe(404);
});

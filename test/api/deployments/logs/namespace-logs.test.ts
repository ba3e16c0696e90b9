// Tests a namespace's logs over HTTP: the lines of all its plugins, ordered by time, filtered, in pages, and only for authorized
// readers.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepUnstoredLogs } from '../../../../src/logs/collect.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { testApp } from '../../../support/deps.ts';
import { ownBuilder } from '../../../support/own-builder.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

// Uses its own builder. If test files shared one, a log chunk stored by one file would be missing from the other's bucket.
const own = await ownBuilder();
const app = testApp({ queues: losingQueues().queues, builder: own.builder });
afterAll(() => own.kill());

const handler = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        if inputs.get("fail"):
            print("INFO asked\\n  to fail\\nERROR it cannot\\n  because of this")
            raise ValueError("no such thing")
        for n in range(inputs.get("burst", 0)):
            print("burst", n)
        print("said <b>", inputs["n"], flush=True)
        return {}
`;

let org: Organization;
let path: string;
let secondRequest: string | null;

interface Line {
  line: string;
  plugin: string;
  version: string;
  deployment_id: string;
  at: string;
}

async function call(name: string, n: number): Promise<string | null> {
  const answer = await org.post(`${org.plugins}/by-name/${name}/realtime`, { inputs: { n } });
  return answer.headers.get('slipway-request-id');
}

async function linesOf(query: string): Promise<Line[]> {
  const { results }: { results: Line[] } = Object((await org.get(`${path}?text=said${query}`)).body);
  return results;
}

const texts = (lines: Line[]) => lines.map(({ line, plugin: name }) => `${name}: ${line}`);

beforeAll(async () => {
  org = await organization({ fetch: app.fetch });
  path = `/v1/namespaces/${org.namespaceId}/logs`;
  for (const name of ['first_ext', 'second_ext']) {
    await publish(org, plugin({ name, files: { 'realtime.py': handler } }));
    const { body } = await org.post(`${org.plugins}/${name}_1_0_0/deploy`);
    await advanceDeployment(app.deps, Object(body).deployment_id);
  }
  await call('first_ext', 1);
  secondRequest = await call('second_ext', 2);
  await call('first_ext', 3);
});

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

test.each([1, 2, 3])('lines with the same timestamp fill pages of %i without gaps', async (limit) => {
  const name = `burst${limit}_ext`;
  await publish(org, plugin({ name, files: { 'realtime.py': handler } }));
  const { body } = await org.post(`${org.plugins}/${name}_1_0_0/deploy`);
  await advanceDeployment(app.deps, Object(body).deployment_id);
  await org.post(`${org.plugins}/by-name/${name}/realtime`, { inputs: { n: 0, burst: 7 } });
  const lines: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `?plugin=${name}&text=burst&limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { results, pagination } = Object((await org.get(path + query)).body);
    lines.unshift(...results.map(({ line }: Line) => line));
    if (lines.length < 7) expect(results).toHaveLength(limit);
    cursor = pagination.next_cursor;
  }
  expect(lines).toEqual(Array.from({ length: 7 }, (_, n) => `burst ${n}`));
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

// Tests the table of a namespace's plugins: one row per name with its state, calls and last change, filtered, sorted and paged.
import { env } from 'cloudflare:workers';
import { and, eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyCount, hourMs } from '../../../src/contract/traffic.ts';
import { database } from '../../../src/db/client.ts';
import { plugins } from '../../../src/db/schema/registry.ts';
import { callCounts } from '../../../src/db/schema/traffic.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { goOrigin, goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const now = Date.parse('2026-11-20T12:30:00Z');
const hour = Date.parse('2026-11-20T12:00:00Z');
const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return {}
`;

interface Table extends TestApp {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  rows(query?: string): Promise<Record<string, unknown>[]>;
  names(query?: string): Promise<unknown[]>;
}

async function tableApp(): Promise<Table> {
  const clock = clockAt(now);
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  const rows = async (query = '') => Object((await org.get(`${org.plugins}/by-name${query}`)).body).results;
  const names = async (query = '') => (await rows(query)).map(({ name }: Record<string, unknown>) => name);
  return { ...app, org, clock, rows, names };
}

async function deploy({ deps, org }: Table, id: string): Promise<void> {
  const { body } = await org.post(`${org.plugins}/${id}_1_0_0/deploy`);
  await advanceDeployment(deps, Object(body).deployment_id);
}

/** Writes the rows that an isolate would write: a version's calls of up to 16 ms each, also counted per minute. */
async function countCalls(
  { org }: Table,
  name: string,
  at: number,
  calls: number,
  errors = 0,
  minutes: Record<string, number[]> = {},
  version = '1.0.0',
): Promise<void> {
  const db = database(env.DB);
  const isNamed = and(eq(plugins.organizationId, org.id), eq(plugins.name, name));
  const [found] = await db.select({ id: plugins.id }).from(plugins).where(isNamed);
  if (!found) throw new Error(`there is no plugin ${name}`);
  const latencies = emptyCount().latencies.with(4, calls);
  const counted = { ...emptyCount(), calls, errors, latencies, version, at, minutes, hasMinutes: false };
  await db.insert(callCounts).values({ ...counted, namespaceId: org.namespaceId, pluginId: found.id });
}

describe("a plugin's row", () => {
  test("a live plugin's row has its live version, its hourly calls over 24 hours, and who deployed it", async () => {
    const app = await tableApp();
    await publish(app.org, plugin({ files: { 'realtime.py': realtime } }));
    app.clock.advance(1000);
    await deploy(app, 'hello_ext');
    await countCalls(app, 'hello_ext', hour - 23 * hourMs, 4, 1);
    await countCalls(app, 'hello_ext', hour - 24 * hourMs, 99);
    await app.org.post(`${app.org.plugins}/by-name/hello_ext/realtime`, { inputs: {} });

    expect((await app.org.get(`${app.org.plugins}/by-name`)).body).toEqual({
      results: [
        {
          name: 'hello_ext',
          kind: 'extractor',
          source: 'namespace',
          state: 'live',
          live_version: '1.0.0',
          active_version: '1.0.0',
          verdict: 'pass',
          newest_deployment: {
            deployment_id: expect.stringMatching(/^dep_/),
            status: 'promoted',
            version: '1.0.0',
          },
          release: null,
          calls: 5,
          errors: 1,
          p95_ms: expect.any(Number),
          live_calls: { since: '2026-11-20T12:30:01.000Z', calls: 1, errors: 0, invalid_inputs: 0 },
          calls_by_hour: [4, ...new Array<number>(22).fill(0), 1],
          calls_30d: 5,
          callers_30d: 0,
          downloads_30d: 0,
          calls_by_day: [...new Array<number>(28).fill(0), 4, 1],
          last_called_at: '2026-11-20T12:00:00.000Z',
          changed: {
            type: 'deployed',
            at: '2026-11-20T12:30:01.000Z',
            by: { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) },
            version: '1.0.0',
            commit: null,
          },
        },
      ],
      pagination: { limit: 100, next_cursor: null },
      total: 1,
      truncated: false,
    });
  });

  test("the live version's call count starts at its promotion, and excludes calls to the version that was rolled back", async () => {
    const app = await tableApp();
    for (const version of ['1.0.0', '1.1.0']) {
      await publish(app.org, plugin({ version, files: { 'realtime.py': realtime } }));
      const { body } = await app.org.post(`${app.org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
      await advanceDeployment(app.deps, Object(body).deployment_id);
    }
    await countCalls(app, 'hello_ext', hour - hourMs, 4, 4);
    await countCalls(app, 'hello_ext', hour, 5, 5, { '10': [5, 5, 0, 0] });
    await countCalls(app, 'hello_ext', hour, 9, 9, { '31': [9, 9, 0, 0] }, '1.1.0');
    app.clock.advance(2 * 60_000);
    await app.org.post(`${app.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
    await app.org.post(`${app.org.plugins}/by-name/hello_ext/realtime`, { inputs: {} });

    expect(await app.rows()).toMatchObject([
      {
        live_version: '1.0.0',
        calls: 19,
        live_calls: { since: '2026-11-20T12:32:00.000Z', calls: 1, errors: 0, invalid_inputs: 0 },
      },
    ]);
  });

  test("a plugin's row shows whether it was not deployed, failed, serves no calls, or was rolled back", async () => {
    const app = await tableApp();
    const failing = `${realtime}raise ValueError("no")\n`;
    for (const [name, files] of [
      ['a_published', {}],
      ['b_failed', { 'realtime.py': failing }],
      ['d_rolled', { 'realtime.py': realtime }],
    ] as const)
      await publish(app.org, plugin({ name, files }));
    await publish(app.org, plugin({ name: 'c_batch' }));
    await publish(app.org, plugin({ name: 'd_rolled', version: '1.1.0', files: { 'realtime.py': realtime } }));
    for (const name of ['b_failed', 'c_batch', 'd_rolled']) await deploy(app, name);
    app.clock.advance(1000);
    await app.org.post(`${app.org.plugins}/by-name/d_rolled/rollback`, { version: '1.0.0' });

    expect(await app.rows()).toMatchObject([
      {
        name: 'a_published',
        state: 'not_deployed',
        live_version: null,
        active_version: '1.0.0',
        calls: 0,
        p95_ms: null,
      },
      { name: 'b_failed', state: 'failed', newest_deployment: { status: 'failed' } },
      { name: 'c_batch', state: 'batch_only', live_version: '1.0.0' },
      { name: 'd_rolled', state: 'live', active_version: '1.0.0', changed: { type: 'rolled_back', version: null } },
    ]);
    expect(await app.names('?state=failed')).toEqual(['b_failed']);
  });

  test("rows for Go plugins and organization plugins appear with the namespace's own, and not in another namespace", async () => {
    const app = await tableApp();
    await goPlugin(app.org, 'pipeline', 'upper');
    await publish({ ...app.org, plugins: '/v1/plugins' }, plugin({ name: 'shared_ext' }));
    expect(await app.names()).toEqual(['upper']);
    await app.org.post(`${app.org.plugins}/org/shared_ext_1_0_0/enable`, { deploy: false });
    expect(await app.rows()).toMatchObject([
      { name: 'shared_ext', kind: 'extractor', source: 'org', state: 'not_deployed' },
      {
        name: 'upper',
        kind: 'pipeline',
        source: 'namespace',
        active_version: 'v1.2.0',
        changed: { commit: goOrigin.commit },
      },
    ]);
    expect(await app.names('?kind=pipeline')).toEqual(['upper']);
    const elsewhere = await namespaceIn(app.org, 'elsewhere');
    expect((await app.org.get(`/v1/namespaces/${elsewhere}/plugins/by-name`)).body).toMatchObject({ results: [] });
    const stranger = await organization({ fetch: app.fetch });
    expect((await stranger.get(`${app.org.plugins}/by-name`)).status).toBe(404);
    const writer = await clientWithKey(app.org, { scopes: ['plugins:write'] });
    expect((await writer.get(`${app.org.plugins}/by-name`)).status).toBe(403);
  });
});

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

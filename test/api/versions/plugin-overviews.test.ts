// Tests the table of a namespace's plugins: one row per name with its state, calls and last change, filtered, sorted and paged.
import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/contract/traffic.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { goOrigin, goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, organization } from '../../support/scenes/organization.ts';
import { countCalls, hour, type Table, tableApp } from './overviews.ts';

const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return {}
`;

async function deploy({ deps, org }: Table, id: string): Promise<void> {
  const { body } = await org.post(`${org.plugins}/${id}_1_0_0/deploy`);
  await advanceDeployment(deps, Object(body).deployment_id);
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

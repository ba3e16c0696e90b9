// Tests plugins by name over HTTP: history, rollback, diff, calls (mixpeek §5 rows 17-19, §6).
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { database } from '../../../src/db/client.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { countedD1 } from '../../support/database/round-trips.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, notWithdrawn, publish, uploaded } from '../../support/plugins/publish.ts';
import { clientWithKey, type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const actor = { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) };

async function publishWith(org: Organization, version: string, message?: string): Promise<void> {
  const made = plugin({ version, files: { 'processors/core.py': `NUMBER = "${version}"\n` } });
  await confirm(org, await uploaded(org, made, made.zip), message === undefined ? undefined : { message });
}

/** An app with a fixed clock, whose deployments are advanced by the test instead of a queue. */
async function withoutQueues() {
  const app = testApp({ queues: losingQueues().queues, clock: clockAt(Date.now()) });
  return { app, org: await organization({ fetch: app.fetch }) };
}

const deployingModel = z.object({ deployment_id: idSchema('deployment') });

async function deploy({ deps }: Pick<TestApp, 'deps'>, org: Organization, pluginId: string): Promise<void> {
  const { body } = await org.post(`${org.plugins}/${pluginId}/deploy`);
  await advanceDeployment(deps, deployingModel.parse(body).deployment_id);
}

/** Publishes 1.0.0 and 1.0.1 of hello_ext, neither with realtime.py. */
async function two(): Promise<Organization & { byName: string }> {
  const org = await organization();
  await publishWith(org, '1.0.0', 'initial release');
  await publishWith(org, '1.0.1');
  return { ...org, byName: `${org.plugins}/by-name/hello_ext` };
}

/** For requests that are refused, or only read. Rolling it back is the only change. */
const shared = await two();

describe('GET …/versions', () => {
  test("a plugin's version list returns every field of each version, newest first", async () => {
    const org = await two();
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    const { status, body } = await org.get(`${org.byName}/versions`);
    const common = {
      validation_status: 'passed',
      scan_verdict: 'pass',
      stage: null,
      ...notWithdrawn,
      git_ref: null,
      placement: null,
      placement_reason: null,
      wasm_sha256: null,
      code_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      files_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      created_by: actor,
      error: null,
    };
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        versions: Object(body).results,
        success: true,
        name: 'hello_ext',
        active_version: '1.0.1',
        serving_version: '1.0.0',
        previous_version: null,
        ...{ rollback_targets: [], rollback_skipped: [], rollbacks: [] },
        total: 2,
        results: [
          {
            ...common,
            plugin_id: 'hello_ext_1_0_1',
            version: '1.0.1',
            active: true,
            serves_name: false,
            deployed: false,
            status: 'NOT_DEPLOYED',
            message: null,
            feature_uri: 'mixpeek://hello_ext@1.0.1/hello_ext_vector',
            created_at: time,
            deployed_at: null,
            deployed_by: null,
            last_deployed_at: null,
          },
          {
            ...common,
            plugin_id: 'hello_ext_1_0_0',
            version: '1.0.0',
            active: false,
            serves_name: true,
            deployed: true,
            status: 'NOT_DEPLOYED',
            message: 'initial release',
            feature_uri: 'mixpeek://hello_ext@1.0.0/hello_ext_vector',
            created_at: time,
            deployed_at: time,
            deployed_by: actor,
            last_deployed_at: time,
          },
        ],
        pagination: { limit: 100, next_cursor: null },
      },
    });
  });

  test("a plugin's version list marks the live version and the rollback target", async () => {
    const org = await two();
    await publishWith(org, '1.0.2');
    const rollbackFields = async () => {
      const { serving_version, previous_version, rollback_targets } = Object(
        (await org.get(`${org.byName}/versions`)).body,
      );
      return { serving_version, previous_version, rollback_targets };
    };
    expect(await rollbackFields()).toEqual({
      serving_version: null,
      previous_version: '1.0.1',
      rollback_targets: ['1.0.1', '1.0.0'],
    });
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    await org.post(`${org.plugins}/hello_ext_1_0_2/deploy`);
    expect(await rollbackFields()).toEqual({
      serving_version: '1.0.2',
      previous_version: '1.0.0',
      rollback_targets: ['1.0.0'],
    });
    expect((await org.post(`${org.byName}/rollback`)).body).toMatchObject({
      version: '1.0.0',
      previous_version: '1.0.2',
      traffic: 'serving',
    });
  });

  test("a plugin's version list shows when an undeployed version was last deployed", async () => {
    const org = await two();
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    await org.post(`${org.plugins}/hello_ext_1_0_0/undeploy`);
    const { body } = await org.get(`${org.byName}/versions`);
    expect(Object(body).results[1]).toMatchObject({ deployed: false, deployed_at: null, last_deployed_at: time });
  });

  test("a plugin's version list continues from a cursor, with the active version on every page", async () => {
    const org = await two();
    await publishWith(org, '1.1.0');
    const seen: unknown[] = [];
    let query = '?limit=2';
    for (let pages = 0; pages < 2; pages++) {
      const { body } = await org.get(`${org.byName}/versions${query}`);
      const { results, pagination, total, active_version } = Object(body);
      expect([total, active_version]).toEqual([3, '1.1.0']);
      seen.push(...results.map(({ version }: { version: string }) => version), pagination.next_cursor === null);
      query = `?limit=2&cursor=${pagination.next_cursor}`;
    }
    expect(seen).toEqual(['1.1.0', '1.0.1', false, '1.0.0', true]);
  });

  test("a plugin's version list omits deleted versions, and returns 404 for a name without versions", async () => {
    const org = await two();
    await org.del(`${org.plugins}/hello_ext_1_0_1`);
    expect((await org.get(`${org.byName}/versions`)).body).toMatchObject({ active_version: '1.0.0', total: 1 });
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    expect(await org.get(`${org.byName}/versions`)).toMatchObject({
      status: 404,
      body: { detail: 'Plugin not found: hello_ext' },
    });
  });
});

describe('POST …/rollback', () => {
  test('a rollback restores the given version, and returns the version that now gets the traffic', async () => {
    const org = await two();
    const { status, body } = await org.post(`${org.byName}/rollback`, { version: '1.0.0', message: 'scores were off' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        name: 'hello_ext',
        plugin_id: 'hello_ext_1_0_0',
        version: '1.0.0',
        previous_version: '1.0.1',
        active_version: '1.0.0',
        traffic: 'none',
        deployment_id: null,
        message: 'hello_ext@1.0.0 is the active version; nothing serves the name, so no traffic moved',
      },
    });
    expect((await org.get(`${org.byName}/versions`)).body).toMatchObject({
      active_version: '1.0.0',
      rollbacks: [{ from: '1.0.1', to: '1.0.0', by: { type: 'key' }, message: 'scores were off' }],
      total: 2,
    });
  });

  test.each([undefined, null, {}, { version: null }])(
    'a rollback with body %j restores the previously active version while none was promoted',
    async (body) => {
      const org = await two();
      expect((await org.post(`${org.byName}/rollback`, body)).body).toMatchObject({ version: '1.0.0' });
    },
  );

  test('a rollback of a plugin with a live version moves traffic', async () => {
    const org = await two();
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    await org.post(`${org.plugins}/hello_ext_1_0_1/deploy`);
    const { body } = await org.post(`${org.byName}/rollback`, { version: 'v1.0' });
    expect(body).toMatchObject({
      version: '1.0.0',
      traffic: 'serving',
      message: 'hello_ext@1.0.0 is the active version; it serves the name',
    });
  });

  test('a rollback takes effect on the next call by name', async () => {
    const { app, org } = await withoutQueues();
    for (const version of ['1.0.0', '1.0.1']) {
      const { plugin_id } = await publish(org, plugin({ version, realtime: true }));
      await deploy(app, org, plugin_id);
    }
    const byName = `${org.plugins}/by-name/hello_ext`;
    const answer = async () => (await org.post(`${byName}/realtime`, { inputs: {} })).body;
    expect(await answer()).toMatchObject({ status: 'success', version: '1.0.1' });
    await org.post(`${byName}/rollback`);
    expect(await answer()).toMatchObject({ status: 'success', version: '1.0.0' });
  });

  test.each<[path: string, body: unknown, status: number, detail: unknown]>([
    ['hello_ext', { version: '9.9.9' }, 404, 'Plugin not found: hello_ext_9_9_9'],
    ['nobody', { version: '1.0.0' }, 404, 'Plugin not found: nobody'],
    ['nobody', undefined, 404, 'Plugin not found: nobody'],
    [
      'hello_ext',
      { version: 'latest' },
      422,
      [{ loc: ['body', 'version'], msg: 'must be three numbers, such as 1.0.0', type: 'custom' }],
    ],
    ['hello_ext', { message: 'x'.repeat(2001) }, 422, [expect.objectContaining({ loc: ['body', 'message'] })]],
  ])('a rollback rejects %s %j', async (name, body, status, detail) => {
    const org = shared;
    expect(await org.post(`${org.plugins}/by-name/${name}/rollback`, body)).toMatchObject({ status, body: { detail } });
  });

  test('a rollback returns 409 if there is no other version', async () => {
    const org = await organization();
    await publishWith(org, '1.0.0');
    expect(await org.post(`${org.plugins}/by-name/hello_ext/rollback`)).toMatchObject({
      status: 409,
      body: { error: { type: 'ConflictError' } },
    });
  });
});

describe('GET …/diff', () => {
  test('a diff returns every field of the changes', async () => {
    const org = shared;
    const { status, body } = await org.get(`${org.byName}/diff?v1=1.0.0&v2=1.0.1`);
    const file = {
      status: 'modified',
      additions: 1,
      deletions: 1,
      hidden: null,
      sha256: { v1: expect.any(String), v2: expect.any(String) },
    };
    const core =
      '--- a/processors/core.py\n+++ b/processors/core.py\n@@ -1 +1 @@\n-NUMBER = "1.0.0"\n+NUMBER = "1.0.1"\n';
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        name: 'hello_ext',
        v1: '1.0.0',
        v2: '1.0.1',
        identical: false,
        files: [
          {
            ...file,
            path: 'manifest.py',
            diff: expect.stringMatching(/^--- a\/manifest\.py\n/),
            size_bytes: { v1: 273, v2: 273 },
          },
          { ...file, path: 'processors/core.py', diff: core, size_bytes: { v1: 17, v2: 17 } },
        ],
        summary: { files_changed: 2, additions: 2, deletions: 2 },
        diff: expect.stringMatching(/\n--- a\/processors\/core\.py\n/),
        findings: { introduced: [], fixed: [], unchanged: [] },
        dependencies: [],
        permissions: [],
        descriptions: [],
        packages: null,
        placement: null,
        placement_reason: null,
        capabilities: null,
      },
    });
  });

  test('a diff of a version with itself is empty', async () => {
    const org = shared;
    expect((await org.get(`${org.byName}/diff?v1=1.0.1&v2=1.0.1`)).body).toMatchObject({
      identical: true,
      files: [],
      diff: '',
    });
  });

  test.each<[query: string, status: number, detail: unknown]>([
    ['?v1=1.0.0', 422, [{ loc: ['query', 'v2'], msg: 'Field required', type: 'missing' }]],
    ['?v1=1.0.0&v2=two', 422, [expect.objectContaining({ loc: ['query', 'v2'] })]],
    ['?v1=1.0.0&v2=9.9.9', 404, 'Plugin not found: hello_ext_9_9_9'],
  ])('a diff rejects %s', async (query, status, detail) => {
    const org = shared;
    expect(await org.get(`${org.byName}/diff${query}`)).toMatchObject({ status, body: { detail } });
  });
});

describe('calls to the name', () => {
  test.each(['realtime', 'realtime/test'])('a call to the name, POST …/%s, reaches the live version', async (path) => {
    const { app, org } = await withoutQueues();
    await publish(org, plugin({ realtime: true }));
    await deploy(app, org, 'hello_ext_1_0_0');
    const answer = await org.post(`${org.plugins}/by-name/hello_ext/${path}`, { inputs: { text: 'hi' } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        plugin_id: 'hello_ext_1_0_0',
        name: 'hello_ext',
        version: '1.0.0',
        inference_name: 'custom_plugin_hello_ext_1_0_0',
        raw_response: { inputs: { text: 'hi' } },
        response_type: 'dict',
      },
    });
  });

  test('calls to the name are rejected if there is no live version', async () => {
    const org = shared;
    expect(await org.post(`${org.byName}/realtime`, {})).toMatchObject({
      status: 400,
      body: { error: { type: 'PluginNotDeployedError' }, detail: 'Plugin hello_ext is not deployed' },
    });
  });
});

describe('scopes', () => {
  test.each<[method: string, path: string, scope: 'plugins:read' | 'plugins:deploy' | 'plugins:invoke']>([
    ['GET', '/by-name/hello_ext/versions', 'plugins:read'],
    ['GET', '/by-name/hello_ext/diff?v1=1.0.0&v2=1.0.1', 'plugins:read'],
    ['POST', '/by-name/hello_ext/rollback', 'plugins:deploy'],
    ['POST', '/by-name/hello_ext/realtime', 'plugins:invoke'],
    ['POST', '/by-name/hello_ext/realtime/test', 'plugins:invoke'],
    ['GET', '/hello_ext_1_0_0/source', 'plugins:read'],
    ['GET', '/hello_ext_1_0_0/download', 'plugins:read'],
  ])('the request %s %s needs %s', async (method, path, scope) => {
    const org = shared;
    const others = (['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke'] as const).filter(
      (s) => s !== scope,
    );
    const without = await clientWithKey(org, { scopes: others });
    expect(await without.send(method, org.plugins + path)).toMatchObject({
      status: 403,
      body: { error: { details: { required_scope: scope } } },
    });
    const having = await clientWithKey(org, { scopes: [scope] });
    const allowed = path.includes('realtime') ? 400 : 200;
    expect((await having.send(method, org.plugins + path)).status).toBe(allowed);
  });
});

describe('D1 round trips with a cached key', async () => {
  const counted = countedD1(env.DB);
  const { fetch, settled } = testApp({ db: database(counted.db) });
  const org = await organization({ fetch });
  for (const version of ['1.0.0', '1.0.1']) await publish(org, plugin({ version }));
  await settled();

  test.each<[method: string, path: string, trips: number]>([
    ['GET', '/by-name/hello_ext/versions', 1],
    ['GET', '/by-name/hello_ext/diff?v1=1.0.0&v2=1.0.1', 1],
    ['GET', '/hello_ext_1_0_0/source', 1],
    ['GET', '/hello_ext_1_0_0/download', 1],
    ['GET', '/hello_ext_1_0_0?return_presigned_urls=true', 1],
    ['POST', '/by-name/hello_ext/rollback', 3],
  ])(
    'the request %s %s takes its listed number of D1 round trips with a cached key: %i',
    async (method, path, trips) => {
      await org.get(org.plugins);
      await settled();
      const made = await counted.during(() => org.send(method, org.plugins + path));
      expect(made).toBe(trips);
      await settled();
    },
  );
});

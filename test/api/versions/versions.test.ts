// Tests plugins by name over HTTP: history, rollback, diff, calls (mixpeek §5 rows 17-19, §6).
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clockAt, type TestApp, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { notWithdrawn, publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { publishWith, time, two } from './two-versions.ts';

const actor = { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) };

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

// Tests listing, getting and deleting a namespace's versions: every field, and the effects of deleting (mixpeek §4.3-4.5, §5).
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { notWithdrawn, publish } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

function listed(org: { get: (path: string) => Promise<{ body: unknown }>; plugins: string }, query = '') {
  return org.get(`${org.plugins}${query}`).then(({ body }) => ({
    ids: Object(body).plugins.map(({ plugin_id }: { plugin_id: string }) => plugin_id),
    total: Object(body).total,
  }));
}

describe('the list', async () => {
  const org = await organization();
  for (const [name, version] of [
    ['beta_ext', '1.0.0'],
    ['alpha_ext', '1.10.0'],
    ['alpha_ext', '1.9.0'],
    ['alpha_ext', '2.0.0'],
  ] as const)
    await publish(org, plugin({ name, version }));
  const all = ['alpha_ext_1_9_0', 'alpha_ext_1_10_0', 'alpha_ext_2_0_0', 'beta_ext_1_0_0'];

  test('the version list returns every field of each version', async () => {
    const { body } = await org.get(`${org.plugins}?name=beta_ext`);
    expect(body).toEqual({
      success: true,
      plugins: [
        {
          plugin_id: 'beta_ext_1_0_0',
          name: 'beta_ext',
          version: '1.0.0',
          description: 'Says hello',
          deployed: false,
          deployment_state: null,
          validation_status: 'passed',
          scan_verdict: 'pass',
          stage: null,
          ...notWithdrawn,
          feature_uri: 'mixpeek://beta_ext@1.0.0/beta_ext_vector',
          source: 'namespace',
          created_at: time,
          updated_at: time,
        },
      ],
      total: 1,
      next_cursor: null,
      organization_id: org.id,
      namespace_id: org.namespaceId,
    });
  });

  test('the version list omits installed Go plugins, which have their own surface', async () => {
    const other = await organization();
    await goPlugin(other, 'pipeline', 'upper');
    await goPlugin(other, 'storage', 'lower');
    const { body } = await other.get(other.plugins);
    expect(body).toMatchObject({ plugins: [], total: 0 });
  });

  test('the version list continues after each page', async () => {
    const pages: string[][] = [];
    let query = '?limit=3';
    while (pages.length < 3 && query !== '') {
      const { body } = await org.get(`${org.plugins}${query}`);
      const { plugins, next_cursor } = Object(body);
      pages.push(plugins.map(({ plugin_id }: { plugin_id: string }) => plugin_id));
      query = next_cursor === null ? '' : `?limit=3&cursor=${next_cursor}`;
    }
    expect(pages).toEqual([all.slice(0, 3), all.slice(3)]);
  });

  test.each<[query: string, ids: string[], total: number]>([
    ['', all, 4],
    ['?name=alpha_ext', all.slice(0, 3), 3],
    ['?name=alpha', [], 0],
    ['?name=Alpha_ext', [], 0],
    ['?limit=2', all.slice(0, 2), 4],
    ['?limit=2&offset=1', all.slice(1, 3), 4],
    ['?offset=3', all.slice(3), 4],
    ['?offset=4', [], 4],
    ['?name=alpha_ext&limit=1&offset=2', all.slice(2, 3), 3],
    ['?unknown=1', all, 4],
  ])('the version list follows its query %s', async (query, ids, total) => {
    expect(await listed(org, query)).toEqual({ ids, total });
  });

  test.each([
    ['limit', '0', 'must be at least 1'],
    ['limit', '1001', 'must be at most 1000'],
    ['limit', '1.5', 'must be a whole number'],
    ['limit', 'x', 'must be a whole number'],
    ['cursor', '%', 'must be the next_cursor of a previous page'],
    ['offset', '', 'must be a whole number'],
    ['offset', '-1', 'must be at least 0'],
  ])('the version list rejects %s=%s', async (field, value, msg) => {
    const { status, body } = await org.get(`${org.plugins}?${field}=${value}`);
    expect({ status, body }).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', field], msg }] } });
  });
});

describe('a version', () => {
  test('a version is returned with every field, before and after it is deployed', async () => {
    const org = await organization();
    const published = plugin({ name: 'whole_ext' });
    await publish(org, published);
    const sha256 = await sha256Hex(published.zip);
    const feature_uri = 'mixpeek://whole_ext@1.0.0/whole_ext_vector';
    const expected = {
      plugin_id: 'whole_ext_1_0_0',
      organization_id: org.id,
      namespace_id: org.namespaceId,
      name: 'whole_ext',
      version: '1.0.0',
      description: 'Says hello',
      s3_archive_url: `s3://slipway-archives/archives/${sha256}.zip`,
      code_hash: sha256,
      files_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      upload_sha256: sha256,
      size_bytes: published.zip.length,
      validation_status: 'passed',
      validation_errors: [],
      security_scan_passed: true,
      advisories: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 },
      scan_verdict: 'pass',
      stage: null,
      ...notWithdrawn,
      staged_until: null,
      approval: null,
      deployed: false,
      deployment_info: null,
      git: null,
      permissions: { requested: null, granted: null, missing: null },
      manifest: {
        feature_extractor_name: 'whole_ext',
        version: '1.0.0',
        description: 'Says hello',
        category: null,
        feature_uri: null,
        features: [
          { feature_type: 'embedding', feature_name: 'whole_ext_vector', embedding_dim: 4, distance_metric: 'cosine' },
        ],
        supported_input_types: null,
        input_schema: null,
        output_schema: { whole_ext_vector: { type: 'array' } },
        parameter_schema: null,
        required_vector_indexes: null,
        dependencies: [],
        compute_profile: null,
        serve_config: null,
        cost_rates: null,
        tier: null,
        tier_label: null,
        input_mappings: null,
      },
      message: null,
      feature_uri,
      source: 'namespace',
      resolved_inference_name: null,
      created_at: time,
      updated_at: time,
      deployed_at: null,
    };
    const before = await org.get(`${org.plugins}/whole_ext_1_0_0`);
    expect({ status: before.status, body: before.body }).toEqual({
      status: 200,
      body: { success: true, plugin: expected, presigned_download_url: null },
    });

    await org.post(`${org.plugins}/whole_ext_1_0_0/deploy`);
    const after = await org.get(`${org.plugins}/whole_ext_1_0_0`);
    const deployment_info = {
      feature_uri,
      ray_cluster_url: null,
      ray_deployment_name: 'custom_plugin_whole_ext_1_0_0',
      deployed_at: time,
    };
    expect(after.body).toEqual({
      success: true,
      plugin: { ...expected, deployed: true, deployed_at: time, deployment_info },
      presigned_download_url: null,
    });
    expect(Object(await listed(org)).ids).toEqual(['whole_ext_1_0_0']);
    expect((await org.get(org.plugins)).body).toMatchObject({
      plugins: [{ deployed: true, deployment_state: 'promoted' }],
    });
  });

  test("a version has its upload's description, if any", async () => {
    const org = await organization();
    const { presigned_url, upload_id } = Object(
      (await org.post(`${org.plugins}/uploads`, { name: 'described_ext', description: 'Of the upload' })).body,
    );
    await org.fetch(new Request(presigned_url, { method: 'PUT', body: plugin({ name: 'described_ext' }).zip }));
    await org.post(`${org.plugins}/uploads/${upload_id}/confirm`);
    expect((await org.get(`${org.plugins}/described_ext_1_0_0`)).body).toMatchObject({
      plugin: { description: 'Of the upload' },
    });
  });
});

describe('deleting a version', () => {
  test('deleting a version removes the version', async () => {
    const org = await organization();
    await publish(org, plugin());
    await publish(org, plugin({ version: '2.0.0' }));
    const { status, body } = await org.del(`${org.plugins}/hello_ext_1_0_0`);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        success: true,
        plugin_id: 'hello_ext_1_0_0',
        message: 'Plugin hello_ext_1_0_0 was deleted',
        deployment_removed: false,
      },
    });
    expect((await org.get(`${org.plugins}/hello_ext_1_0_0`)).status).toBe(404);
    expect((await org.get(`${org.plugins}/hello_ext_1_0_0/status`)).status).toBe(404);
    expect((await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`)).status).toBe(404);
    expect(await listed(org)).toEqual({ ids: ['hello_ext_2_0_0'], total: 1 });
  });

  test('deleting a version undeploys a deployed version', async () => {
    const org = await organization();
    await publish(org, plugin());
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    expect((await org.del(`${org.plugins}/hello_ext_1_0_0`)).body).toMatchObject({ deployment_removed: true });
  });

  test('deleting a version returns 404 the second time', async () => {
    const org = await organization();
    await publish(org, plugin());
    expect((await org.del(`${org.plugins}/hello_ext_1_0_0`)).status).toBe(200);
    expect((await org.del(`${org.plugins}/hello_ext_1_0_0`)).status).toBe(404);
  });
});

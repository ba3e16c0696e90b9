// Tests the queries and requests that the routes for enabling refuse.
import { describe, expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import type { Organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';
import { disable, elsewhere, enable, feature_uri, id, publishing } from './enabling.ts';

const deploymentId = expect.stringMatching(/^dep_[0-9a-z]{26}$/);

const handler = `from shared.plugins.inference.serve import BaseInferenceService


class HelloInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        return {"parameters": parameters}
`;

async function become(org: Organization, status: string, pluginId = id): Promise<void> {
  await waitFor(
    async () =>
      expect((await org.get(`${org.plugins}/${pluginId}/status`)).body).toMatchObject({ status, error: null }),
    { interval: 100 },
  );
}

describe('enabling', () => {
  test('enabling deploys; an enabled plugin is listed, read, called and rolled back like a namespace plugin', async () => {
    const org = await publishing({ files: { 'realtime.py': handler } });
    const answer = await enable(org, { params: { language: 'en', short: true } });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: {
        success: true,
        plugin_id: id,
        namespace_id: org.namespaceId,
        feature_uri,
        message: `Plugin ${id} is enabled; its deployment is queued`,
        deployment_status: 'pending',
        deployment_id: deploymentId,
      },
    });
    await become(org, 'DEPLOYED');
    const at = `${org.plugins}/${id}`;
    const byName = `${org.plugins}/by-name/hello_ext`;
    const own = { plugin_id: id, source: 'org', deployed: true };
    const owned = { organization_id: org.id, namespace_id: null };
    for (const [path, body] of [
      [org.plugins, { plugins: [own], total: 1 }],
      [`${org.plugins}?source=org`, { plugins: [own], total: 1 }],
      [`${org.plugins}?source=namespace`, { plugins: [], total: 0 }],
      [at, { plugin: { ...own, ...owned, deployment_info: { feature_uri } } }],
      [`${at}/source`, { plugin_id: id, total: 3 }],
      [`${at}/download`, { plugin_id: id }],
      [`${byName}/versions`, { active_version: '1.0.0', total: 1, results: [{ plugin_id: id, serves_name: true }] }],
      [`${byName}/diff?v1=1.0.0&v2=1.0.0`, { identical: true }],
      ['/v1/plugins', { plugins: [own] }],
      [`/v1/plugins/${id}`, { plugin: { ...own, deployment_info: null } }],
    ] as const)
      expect({ path, body: (await org.get(path)).body }).toMatchObject({ path, body });
    for (const path of [`${at}/realtime/test`, `${byName}/realtime`]) {
      const { body } = await org.post(path, { inputs: {}, parameters: { short: false } });
      expect(body).toMatchObject({ raw_response: { parameters: { language: 'en', short: false } } });
    }
    expect((await org.post(`${byName}/rollback`, { version: '1.0.0' })).body).toMatchObject({ traffic: 'serving' });
  });

  test.each(['no_exist_1_0_0', 'hello_ext', 'hello_ext_1_0_1', 'own_ext_1_0_0'])(
    'enabling returns 404 for ID %s',
    async (pluginId) => {
      const org = await publishing({});
      await publish(org, plugin({ name: 'own_ext' }));
      for (const { status, body } of [await enable(org, undefined, pluginId), await disable(org, pluginId)])
        expect({ status, body }).toMatchObject({ status: 404, body: { detail: `Plugin not found: ${pluginId}` } });
    },
  );

  test.each([
    [{ deploy: 'yes' }, 'deploy'],
    [{ params: [] }, 'params'],
  ])('enabling rejects %j', async (body, field) => {
    const org = await publishing({});
    const answer = await enable(org, body);
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', field] }] },
    });
  });
});

describe("a name shared with a namespace's own plugin", () => {
  test("a namespace's own plugin shadows the enabled plugin of the same name until it is deleted", async () => {
    const org = await publishing({ files: { 'notes.txt': 'of the organization' } });
    await publish(org, plugin());
    expect((await enable(org)).body).toMatchObject({
      deployment_status: 'skipped',
      deployment_id: null,
      message: `Plugin ${id} is enabled but shadowed: this namespace has its own plugin named hello_ext, which takes precedence`,
    });
    expect((await org.get(`${org.plugins}/available`)).body).toMatchObject({
      plugins: [{ enabled_in_namespace: true, shadowed: true }],
    });
    expect((await org.get(org.plugins)).body).toMatchObject({ plugins: [{ source: 'namespace' }], total: 1 });
    await publish(org, plugin({ version: '1.0.1' }));
    await org.del(`${org.plugins}/${id}`);
    expect((await org.get(`${org.plugins}/${id}`)).status).toBe(404);
    await org.del(`${org.plugins}/hello_ext_1_0_1`);
    expect((await org.get(`${org.plugins}/${id}`)).body).toMatchObject({ plugin: { source: 'org' } });
    expect((await org.post(`${org.plugins}/${id}/deploy`)).body).toMatchObject({ status: 'deployed' });
  });
});

describe('deleting', () => {
  test('deleting a version is rejected while a namespace has it enabled, and the error names the namespaces', async () => {
    const org = await publishing({});
    const other = await elsewhere(org);
    await enable(org, { deploy: false });
    await enable(other);
    const refused = await org.del(`/v1/plugins/${id}`);
    expect({ status: refused.status, body: refused.body }).toMatchObject({
      status: 409,
      body: {
        error: {
          type: 'ConflictError',
          hint: expect.stringContaining('Undeploying alone leaves it enabled. Then delete it again.'),
          details: {
            namespaces: [
              { namespace_id: org.namespaceId, name: 'default' },
              { namespace_id: other.namespaceId, name: 'elsewhere' },
            ],
          },
        },
        detail: `Plugin ${id} is enabled in these namespaces: default, elsewhere. Disable it there first.`,
      },
    });
    await disable(org);
    await org.del(`/v1/namespaces/${other.namespaceId}`);
    const found = async () => (await org.get(`/v1/plugins/${id}`)).body;
    await expect.poll(found).toMatchObject({ plugin: { deployed: false } });
    expect((await org.del(`/v1/plugins/${id}`)).body).toMatchObject({ success: true, deployment_removed: false });
  });
});

// Tests organization plugins in namespaces over HTTP: the plugins that can be enabled, the responses to enabling and disabling, and
// that an enabled plugin works like a namespace plugin (mixpeek §5, rows 11-13; D17-D19).
import { describe, expect, test } from 'vitest';
import type { Client } from '../../support/client.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, notWithdrawn, publish, uploaded } from '../../support/plugins/publish.ts';
import { clientWithKey, type Organization } from '../../support/scenes/organization.ts';
import { disable, elsewhere, enable, feature_uri, id, publishing } from './enabling.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function idsAt(org: Client, path: string): Promise<string[]> {
  const { plugins } = Object((await org.get(path)).body);
  return plugins.map(({ plugin_id }: { plugin_id: string }) => plugin_id);
}

describe('the enableable plugins', () => {
  test('the list of enableable plugins has every version of the organization, with every field', async () => {
    const org = await publishing({});
    const item = {
      plugin_id: id,
      name: 'hello_ext',
      version: '1.0.0',
      description: 'Says hello',
      feature_uri,
      validation_status: 'passed',
      enabled_in_namespace: false,
      parameters: null,
      shadowed: false,
      stage: null,
      ...notWithdrawn,
      created_at: time,
    };
    const page = (plugins: unknown[]) => ({
      success: true,
      plugins,
      total: 1,
      next_cursor: null,
      organization_id: org.id,
      namespace_id: org.namespaceId,
    });
    expect((await org.get(`${org.plugins}/available`)).body).toEqual(page([item]));
    await enable(org, { params: { language: 'en' }, deploy: false });
    expect((await org.get(`${org.plugins}/available`)).body).toEqual(
      page([{ ...item, enabled_in_namespace: true, parameters: { language: 'en' } }]),
    );
  });

  describe('by a query', async () => {
    const org = await publishing({}, { version: '1.1.0' }, { name: 'beta_ext' });
    await publish(org, plugin({ name: 'own_ext' }));

    test.each([
      ['', ['beta_ext_1_0_0', 'hello_ext_1_0_0', 'hello_ext_1_1_0']],
      ['?name=hello_ext', ['hello_ext_1_0_0', 'hello_ext_1_1_0']],
      ['?limit=1&offset=1', ['hello_ext_1_0_0']],
    ])('the list of enableable plugins follows its query: %s', async (query, ids) => {
      expect(await idsAt(org, `${org.plugins}/available${query}`)).toEqual(ids);
    });
  });

  test('the enableable plugins are available to a key bound to the namespace', async () => {
    const org = await publishing({});
    const bound = { ...(await clientWithKey(org, { namespaceIds: [org.namespaceId] })), plugins: org.plugins };
    expect(await idsAt(bound, `${org.plugins}/available`)).toEqual([id]);
    expect((await enable(bound)).status).toBe(200);
  });
});

describe('enabling', () => {
  test.each([
    ['of a plugin without realtime.py', { body: undefined, realtime: false, status: 'deployed', deployed: true }],
    ['with deploy: false', { body: { deploy: false }, realtime: true, status: 'skipped', deployed: false }],
    ['with nulls', { body: { params: null, deploy: null }, realtime: false, status: 'deployed', deployed: true }],
    ['with null', { body: null, realtime: false, status: 'deployed', deployed: true }],
  ])('enabling returns the deployment state: %s', async (_what, { body, realtime, status, deployed }) => {
    const org = await publishing({ realtime });
    expect((await enable(org, body)).body).toMatchObject({ success: true, deployment_status: status });
    expect((await org.get(`${org.plugins}/${id}`)).body).toMatchObject({ plugin: { deployed, source: 'org' } });
  });

  test('enabling again changes nothing, new parameters redeploy the plugin, and omitted parameters stay the same', async () => {
    const org = await publishing({});
    const first = Object((await enable(org, { params: { a: 1 } })).body).deployment_id;
    expect(Object((await enable(org, { params: { a: 1 } })).body).deployment_id).toBe(first);
    expect(Object((await enable(org)).body).deployment_id).toBe(first);
    expect(Object((await enable(org, { params: { a: 2 } })).body).deployment_id).not.toBe(first);
    expect((await org.get(`${org.plugins}/${id}/status`)).body).toMatchObject({ serving: { generation: 2 } });
    await enable(org, { deploy: false });
    expect((await org.get(`${org.plugins}/available`)).body).toMatchObject({ plugins: [{ parameters: { a: 2 } }] });
  });

  test('enabling in two namespaces keeps them separate', async () => {
    const org = await publishing({}, { version: '1.1.0' });
    const other = await elsewhere(org);
    await enable(org);
    await enable(org, undefined, 'hello_ext_1_1_0');
    await enable(other, { deploy: false });
    expect((await org.post(`${org.plugins}/by-name/hello_ext/rollback`)).body).toMatchObject({
      previous_version: '1.1.0',
      active_version: '1.0.0',
      traffic: 'serving',
    });
    const versions = async ({ get, plugins }: Organization) => {
      const { active_version, results } = Object((await get(`${plugins}/by-name/hello_ext/versions`)).body);
      return [active_version, results.map((v: { version: string; deployed: boolean }) => [v.version, v.deployed])];
    };
    const both = [
      ['1.1.0', true],
      ['1.0.0', true],
    ];
    expect([await versions(org), await versions(other)]).toEqual([
      ['1.0.0', both],
      ['1.0.0', [['1.0.0', false]]],
    ]);
    await disable(org);
    expect(await versions(org)).toEqual(['1.1.0', [['1.1.0', true]]]);
    expect((await other.get(`${other.plugins}/hello_ext_1_1_0`)).status).toBe(404);
  });
});

describe("a name shared with a namespace's own plugin", () => {
  test("a name in use by an enabled plugin can't be published: the upload request and the confirm are both rejected", async () => {
    const org = await publishing({});
    const own = plugin({ version: '2.0.0' });
    const upload = await uploaded(org, own, own.zip);
    await enable(org);
    const detail =
      "The organization's plugin hello_ext is enabled in this namespace. Disable it first, or choose another name.";
    for (const { status, body } of [
      await org.post(`${org.plugins}/uploads`, { name: 'hello_ext' }),
      await confirm(org, upload),
    ])
      expect({ status, body }).toMatchObject({ status: 409, body: { error: { type: 'ConflictError' }, detail } });
    await disable(org);
    expect((await confirm(org, upload)).body).toMatchObject({ validation_status: 'passed' });
  });
});

describe('disabling', () => {
  test('disabling undeploys once', async () => {
    const org = await publishing({});
    await enable(org);
    const messages = [
      `Plugin ${id} was undeployed and disabled in this namespace`,
      `Plugin ${id} was not enabled in this namespace`,
    ];
    for (const message of messages) {
      const { status, body } = await disable(org);
      expect({ status, body }).toEqual({
        status: 200,
        body: { success: true, plugin_id: id, namespace_id: org.namespaceId, message },
      });
    }
    expect(await idsAt(org, org.plugins)).toEqual([]);
    expect((await org.get(`${org.plugins}/${id}/status`)).status).toBe(404);
    expect((await org.get(`/v1/plugins/${id}`)).body).toMatchObject({ plugin: { deployed: false } });
    await enable(org, { deploy: false });
    expect((await org.get(`${org.plugins}/${id}/status`)).body).toMatchObject({ status: 'NOT_DEPLOYED' });
  });
});

describe('deleting', () => {
  test('deleting an organization version from the namespace is refused', async () => {
    const org = await publishing({});
    await enable(org);
    const { status, body } = await org.del(`${org.plugins}/${id}`);
    expect({ status, body }).toMatchObject({
      status: 409,
      body: { detail: `Plugin ${id} belongs to the organization. Disable it in this namespace instead.` },
    });
    expect((await org.get(`${org.plugins}/${id}`)).status).toBe(200);
  });
});

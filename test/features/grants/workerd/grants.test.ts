// Tests grants over HTTP: administrators give, extend and replace them, deployments require them, and events record them.
import { describe, expect, test } from 'vitest';
import { eventsOf } from '../../../support/events.ts';
import { publish } from '../../../support/plugins/publish.ts';
import {
  clientWithKey,
  type KeyOptions,
  type Organization,
  organization,
} from '../../../support/scenes/organization.ts';
import { asking, grantScene, network } from '../scenes/grants.ts';

const refusal =
  "http_lookup 1.0.0 asks for more than it is granted: network api.example.com, network *.internal.example:9042. Ask an administrator of the organization to run `slipway grants give http_lookup --network api.example.com --network '*.internal.example:9042'`. Then deploy it again.";

describe('a deployment that exceeds its grant', () => {
  test('a deployment that exceeds its grant fails, and the error has the command that extends the grant', async () => {
    const { org, deploy } = await grantScene();
    await publish(org, asking({ network }));
    expect(await deploy()).toEqual({ status: 'FAILED', error: refusal });
  });

  test('a deployment that exceeds its grant is deployed once the grant covers it', async () => {
    const { org, deploy, grant } = await grantScene();
    await publish(org, asking({ timeout_s: 60 }));
    await grant({ timeout_s: 60 });
    expect(await deploy()).toMatchObject({ status: 'DEPLOYED' });
  });

  test('a deployment within the default limits needs no grant', async () => {
    const { org, deploy } = await grantScene();
    await publish(org, asking({ memory_mb: 512, timeout_s: 10 }));
    expect(await deploy()).toMatchObject({ status: 'DEPLOYED' });
  });

  test('a local run grants a deployment everything it asks for and records an event', async () => {
    const { org, deploy, details } = await grantScene(true);
    await publish(org, asking({ timeout_s: 60 }));
    expect(await deploy()).toMatchObject({ status: 'DEPLOYED' });
    expect(await details()).toEqual({ requested: { timeout_s: 60 }, granted: { timeout_s: 60 }, missing: null });
    expect((await eventsOf(org)).filter(({ type }) => type === 'grant.given')).toMatchObject([
      { actor: { type: 'system' }, data: { plugin: 'http_lookup', kind: 'extractor', permissions: { timeout_s: 60 } } },
    ]);
  });
});

describe('a grant', () => {
  test('a grant is returned with every field, listed, and shown with the version', async () => {
    const { org, grant, details } = await grantScene();
    await publish(org, asking({ network }));
    const { status, body } = await grant({ network: ['api.example.com'] });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        plugin: 'http_lookup',
        kind: 'extractor',
        namespace_id: org.namespaceId,
        permissions: { network: ['api.example.com'] },
        granted_by: { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) },
        created_at: time,
        updated_at: time,
      },
    });
    expect((await org.get('/v1/grants')).body).toEqual({
      results: [body],
      pagination: { limit: 100, next_cursor: null },
    });
    expect(await details()).toEqual({
      requested: { network },
      granted: { network: ['api.example.com'] },
      missing: { network: ['*.internal.example:9042'] },
    });
  });

  test('a grant can be extended and replaced', async () => {
    const { org, grant, details } = await grantScene();
    await publish(org, asking({ network }));
    await grant({ network: ['a.example.com'], timeout_s: 60 });
    await grant({ network: ['b.example.com'], timeout_s: 40 }, { add: true });
    expect(await details()).toMatchObject({
      granted: { network: ['a.example.com', 'b.example.com'], timeout_s: 60 },
    });
    await grant({ secrets: ['KEY'] });
    expect(await details()).toMatchObject({ granted: { secrets: ['KEY'] } });
  });

  test.each([
    [{ hosts: ['a.example.com'] }, 'hosts'],
    [{ network: ['https://a.example.com'] }, 'network'],
    [{ timeout_s: 121 }, 'timeout_s'],
  ])('a grant for %j is refused', async (permissions, field) => {
    const { org, grant } = await grantScene();
    await publish(org, asking({ network }));
    const { status, text } = await grant(permissions);
    expect([status, text.includes(field)]).toEqual([422, true]);
  });

  test('a grant covers only the plugin in its namespace', async () => {
    const { org, grant } = await grantScene();
    await publish(org, asking({ network }));
    expect((await grant({ network }, { namespace: undefined })).status).toBe(404);
    expect((await grant({ network }, { kind: 'pipeline' })).status).toBe(404);
  });

  test('a grant for an organization plugin is separate from one for a namespace plugin of the same name', async () => {
    const { org, grant, details } = await grantScene();
    await publish(org, asking({ timeout_s: 60 }));
    await publish({ ...org, plugins: '/v1/plugins' }, asking({ timeout_s: 60 }));
    const shared = { plugin: 'http_lookup', permissions: { timeout_s: 60 } };
    expect((await org.send('PUT', '/v1/grants', { body: shared })).body).toMatchObject({ namespace_id: null });
    expect(await details()).toMatchObject({ granted: null });
    await grant({ timeout_s: 90 });
    expect((await org.send('DELETE', '/v1/grants?plugin=http_lookup')).status).toBe(200);
    expect(await details()).toMatchObject({ granted: { timeout_s: 90 } });
  });

  const limitedKeys: [what: string, message: string, limit: (org: Organization) => KeyOptions][] = [
    [
      'without policy:admin',
      'This key lacks the scope policy:admin',
      () => ({ scopes: ['plugins:deploy', 'plugins:write'] }),
    ],
    ['bound to a namespace', 'This key is bound to namespaces', (org) => ({ namespaceIds: [org.namespaceId] })],
  ];

  test.each(limitedKeys)('a key %s cannot give, list or revoke grants', async (_, message, limit) => {
    const { org, grant } = await grantScene();
    await publish(org, asking({ timeout_s: 60 }));
    await grant({ timeout_s: 60 });
    const key = await clientWithKey(org, limit(org));
    const body = { plugin: 'http_lookup', namespace: org.namespaceId, permissions: { network } };
    const shared = { plugin: 'http_lookup', permissions: { network } };
    for (const refused of [
      await key.send('PUT', '/v1/grants', { body }),
      await key.send('PUT', '/v1/grants', { body: shared }),
      await key.send('DELETE', `/v1/grants?plugin=http_lookup&namespace=${org.namespaceId}`),
      await key.get('/v1/grants'),
    ]) {
      expect(refused.status).toBe(403);
      expect(refused.text).toContain(message);
    }
    expect((await org.get('/v1/grants')).body).toMatchObject({ results: [{ permissions: { timeout_s: 60 } }] });
  });

  test("a grant is deleted with its plugin's last version, and an event records it", async () => {
    const { org, grant } = await grantScene();
    await publish(org, asking({ network }));
    await publish(org, asking({ network }, '1.0.1'));
    await grant({ network });
    const here = `/v1/namespaces/${org.namespaceId}/plugins`;
    await org.send('DELETE', `${here}/http_lookup_1_0_0`);
    expect((await org.get('/v1/grants')).body).toMatchObject({ results: [{ plugin: 'http_lookup' }] });
    await org.send('DELETE', `${here}/http_lookup_1_0_1`);
    expect((await org.get('/v1/grants')).body).toMatchObject({ results: [] });
    expect((await eventsOf(org)).filter(({ type }) => type === 'grant.revoked')).toHaveLength(1);
  });
});

test("a grant for another organization's plugin, or for a plugin without versions, is refused", async () => {
  const { org } = await grantScene();
  const other = await organization();
  await publish(other, asking({ network }));
  const body = { plugin: 'http_lookup', namespace: other.namespaceId, permissions: { network } };
  expect((await org.send('PUT', '/v1/grants', { body })).status).toBe(404);
  const path = `/v1/grants?plugin=http_lookup&namespace=${other.namespaceId}`;
  expect((await org.send('DELETE', path)).status).toBe(404);
  expect((await other.send('PUT', '/v1/grants', { body })).status).toBe(200);
  expect((await org.get('/v1/grants')).body).toMatchObject({ results: [] });
  await other.send('DELETE', `/v1/namespaces/${other.namespaceId}/plugins/http_lookup_1_0_0`);
  expect((await other.send('PUT', '/v1/grants', { body })).status).toBe(404);
  expect((await other.send('DELETE', path)).status).toBe(404);
});

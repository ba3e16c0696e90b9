// Tests the isolation of organizations, and of namespace-bound keys, in lists and names. authorization.test.ts covers single resources.
import { describe, expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, organization } from '../../support/scenes/organization.ts';

const own = await organization({ name: 'Mine' });
const foreign = await organization({ name: 'Theirs' });
await publish(foreign, plugin({ name: 'their_ext' }));
await publish({ ...foreign, plugins: '/v1/plugins' }, plugin({ name: 'their_whole' }));

describe("another organization's", () => {
  test("another organization's namespace is not in the list", async () => {
    const { body } = await own.post('/v1/namespaces/list');
    expect(body).toMatchObject({ results: [{ namespace_id: own.namespaceId }], total_count: 1 });
  });

  test("another organization's plugin cannot be enabled", async () => {
    expect((await own.get(`${own.plugins}/available`)).body).toMatchObject({ plugins: [], total: 0 });
  });

  test("another organization's plugin leaves its name and version available", async () => {
    await publish(own, plugin({ name: 'their_ext' }));
    expect((await own.get(`${own.plugins}/their_ext_1_0_0`)).body).toMatchObject({
      plugin: { organization_id: own.id, namespace_id: own.namespaceId },
    });
  });
});

describe('a key bound to a namespace', () => {
  test('a key bound to a namespace lists only that namespace, and finds no other by name', async () => {
    const other = await namespaceIn(foreign, 'other');
    const bound = await clientWithKey(foreign, { namespaceIds: [other] });
    expect((await bound.get('/v1/namespaces/other')).status).toBe(200);
    expect((await bound.get('/v1/namespaces/default')).status).toBe(404);
    expect((await bound.post('/v1/namespaces/list')).body).toMatchObject({
      results: [{ namespace_id: other }],
      total_count: 1,
    });
  });

  test('a key bound to a namespace gets the reason why it cannot create namespaces', async () => {
    const bound = await clientWithKey(own, { namespaceIds: [own.namespaceId] });
    const { status, body } = await bound.post('/v1/namespaces', {
      namespace_name: 'beyond',
      feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
    });
    expect({ status, body }).toMatchObject({
      status: 403,
      body: {
        error: { type: 'ForbiddenError' },
        detail: 'This key is bound to namespaces and cannot create others. Use a key without namespaces.',
      },
    });
  });

  test('a key bound to no namespace sees no namespaces', async () => {
    const bound = await clientWithKey(own, { namespaceIds: [] });
    expect((await bound.get(own.plugins)).status).toBe(404);
    expect((await bound.post('/v1/namespaces/list')).body).toMatchObject({ results: [], total_count: 0 });
  });
});

test('the error for a missing scope names the scope', async () => {
  const key = await clientWithKey(own, { scopes: ['plugins:write'] });
  const detail = 'This key lacks the scope plugins:read';
  const { status, body } = await key.get(own.plugins);
  expect({ status, body }).toMatchObject({
    status: 403,
    body: { error: { type: 'ForbiddenError', message: detail, details: { required_scope: 'plugins:read' } }, detail },
  });
});

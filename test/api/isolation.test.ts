// What organizations, and keys bound to namespaces, don't see of each other in lists, and don't get in each other's way with.
// That single things are hidden is in authorization.test.ts.
import { describe, expect, test } from 'vitest';
import { clientWithKey, namespaceIn, organization } from '../support/organization.ts';
import { plugin } from '../support/plugin.ts';
import { publish } from '../support/publish.ts';

const mine = await organization({ name: 'Mine' });
const theirs = await organization({ name: 'Theirs' });
await publish(theirs, plugin({ name: 'their_ext' }));
await publish({ ...theirs, plugins: '/v1/plugins' }, plugin({ name: 'their_whole' }));

describe("another organization's", () => {
  test('namespace is not in the list', async () => {
    const { body } = await mine.post('/v1/namespaces/list');
    expect(body).toMatchObject({ results: [{ namespace_id: mine.namespaceId }], total_count: 1 });
  });

  test('plugin is not among those that can be enabled', async () => {
    expect((await mine.get(`${mine.plugins}/available`)).body).toMatchObject({ plugins: [], total: 0 });
  });

  test('plugin is not in the way: the same name and version is free', async () => {
    await publish(mine, plugin({ name: 'their_ext' }));
    expect((await mine.get(`${mine.plugins}/their_ext_1_0_0`)).body).toMatchObject({
      plugin: { organization_id: mine.id, namespace_id: mine.namespaceId },
    });
  });
});

describe('a key bound to a namespace', () => {
  test('lists that one, and knows no other by name', async () => {
    const other = await namespaceIn(theirs, 'other');
    const bound = await clientWithKey(theirs, { namespaceIds: [other] });
    expect((await bound.get('/v1/namespaces/other')).status).toBe(200);
    expect((await bound.get('/v1/namespaces/default')).status).toBe(404);
    expect((await bound.post('/v1/namespaces/list')).body).toMatchObject({
      results: [{ namespace_id: other }],
      total_count: 1,
    });
  });

  test('is told why it makes no namespaces', async () => {
    const bound = await clientWithKey(mine, { namespaceIds: [mine.namespaceId] });
    const { status, body } = await bound.post('/v1/namespaces', {
      namespace_name: 'beyond',
      feature_extractors: [{ feature_extractor_name: 'text', version: '1.0.0' }],
    });
    expect({ status, body }).toMatchObject({
      status: 403,
      body: { error: { type: 'ForbiddenError' }, detail: 'This key is bound to namespaces and makes no others' },
    });
  });

  test('bound to none knows none', async () => {
    const bound = await clientWithKey(mine, { namespaceIds: [] });
    expect((await bound.get(mine.plugins)).status).toBe(404);
    expect((await bound.post('/v1/namespaces/list')).body).toMatchObject({ results: [], total_count: 0 });
  });
});

test('a key that lacks a scope is told which', async () => {
  const key = await clientWithKey(mine, { scopes: ['plugins:write'] });
  const detail = 'This key lacks the scope plugins:read';
  const { status, body } = await key.get(mine.plugins);
  expect({ status, body }).toMatchObject({
    status: 403,
    body: { error: { type: 'ForbiddenError', message: detail, details: { required_scope: 'plugins:read' } }, detail },
  });
});

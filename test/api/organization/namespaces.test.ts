// Tests namespaces in the format of the extractor SDK (mixpeek §3).
import { env } from 'cloudflare:workers';
import { and, eq, isNull } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { database } from '../../../src/db/client.ts';
import { deployments, livePointers } from '../../../src/db/schema/deploy.ts';
import { pluginVersions } from '../../../src/db/schema/registry.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive } from '../../support/plugins/publish.ts';
import { namespaceIn, organization, pluginsOf } from '../../support/scenes/organization.ts';
import { zodMessage } from '../../support/zod-message.ts';

const extractor = { feature_extractor_name: 'text', version: 'v1', params: { model: 'small' } };
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const wholeAnswer = {
  namespace_id: expect.stringMatching(/^ns_[0-9a-z]{26}$/),
  namespace_name: 'films',
  namespace_type: 'standard',
  description: null,
  feature_extractors: [{ ...extractor, feature_extractor_id: 'text_v1' }],
  payload_indexes: null,
  auto_create_indexes: false,
  infrastructure: null,
  keep_live_versions: null,
  placement: null,
  requires_approval: false,
  default_release: null,
  refuse_advisories: null,
  dependencies_older_than: null,
  document_count: null,
  bucket_count: null,
  collection_count: null,
  object_count: null,
  created_at: time,
  updated_at: time,
};

const films = { namespace_name: 'films', feature_extractors: [extractor] };

describe('a valid namespace', () => {
  test('a created namespace is found by ID and by name', async () => {
    const org = await organization();
    const made = await org.post('/v1/namespaces', films);
    expect({ status: made.status, body: made.body }).toEqual({ status: 200, body: wholeAnswer });
    const { namespace_id: id } = z.object({ namespace_id: z.string() }).parse(made.body);
    expect((await org.get(`/v1/namespaces/${id}`)).text).toBe(made.text);
    expect((await org.get('/v1/namespaces/films')).text).toBe(made.text);
  });

  test("a namespace stores and returns fields that Slipway doesn't use", async () => {
    const org = await organization();
    const settings = {
      namespace_type: 'marketplace',
      description: 'All films',
      payload_indexes: [{ field_name: 'year', type: 'integer' }],
      auto_create_indexes: true,
      infrastructure: { max_custom_plugins: 20, compute: { tier: 'free' } },
    };
    const { status } = await org.post('/v1/namespaces', { ...films, ...settings, ttl_seconds: 60, unknown: 1 });
    expect(status).toBe(200);
    expect((await org.get('/v1/namespaces/films')).body).toEqual({ ...wholeAnswer, ...settings });
  });

  test('a namespace can have a name that needs escaping', async () => {
    const org = await organization();
    const name = 'Käse & Brot/100 %';
    await org.post('/v1/namespaces', { ...films, namespace_name: name });
    expect((await org.get(`/v1/namespaces/${encodeURIComponent(name)}`)).body).toMatchObject({ namespace_name: name });
  });

  test('a namespace keeps the severity and the age that its deployments must respect, until they are removed', async () => {
    const org = await organization();
    const rules = { refuse_advisories: 'high', dependencies_older_than: '3d' };
    await org.post('/v1/namespaces', { ...films, ...rules });
    expect((await org.get('/v1/namespaces/films')).body).toEqual({ ...wholeAnswer, ...rules });
    await org.patch('/v1/namespaces/films', { dependencies_older_than: '2w' });
    expect((await org.get('/v1/namespaces/films')).body).toMatchObject({ ...rules, dependencies_older_than: '2w' });
    const { body } = await org.patch('/v1/namespaces/films', {
      refuse_advisories: null,
      dependencies_older_than: null,
    });
    expect(body).toEqual(wholeAnswer);
    for (const age of ['3', '0d', '3m', 'P3D', ''])
      expect((await org.patch('/v1/namespaces/films', { dependencies_older_than: age })).status).toBe(422);
  });

  test.each(['PATCH', 'PUT'])('a namespace update by %s changes only the fields it sends', async (method) => {
    const org = await organization();
    await org.post('/v1/namespaces', { ...films, description: 'before', infrastructure: { a: 1 } });
    const first = await org.send(method, '/v1/namespaces/films', { body: { description: 'after' } });
    expect({ status: first.status, body: first.body }).toEqual({
      status: 200,
      body: { ...wholeAnswer, description: 'after', infrastructure: { a: 1 } },
    });
    const changes = {
      namespace_name: 'movies',
      description: null,
      auto_create_indexes: true,
      namespace_type: 'marketplace',
    };
    await org.send(method, '/v1/namespaces/films', { body: changes });
    expect((await org.get('/v1/namespaces/films')).status).toBe(404);
    expect((await org.get('/v1/namespaces/movies')).body).toEqual({
      ...wholeAnswer,
      ...changes,
      infrastructure: { a: 1 },
    });
  });
});

const listed = z.object({
  results: z.array(z.object({ namespace_name: z.string() })),
  pagination: z.object({ limit: z.int(), offset: z.int(), next_cursor: z.string().nullable(), total: z.int() }),
  total_count: z.int(),
});

describe('the list', async () => {
  const org = await organization();
  for (const name of ['alpha', 'a_b', 'axb', 'Beta 100%']) await namespaceIn(org, name);
  const ask = async (query = '', body?: unknown) => {
    const answer = await org.post(`/v1/namespaces/list${query}`, body);
    const { results, pagination, total_count } = listed.parse(answer.body);
    return { names: results.map((item) => item.namespace_name), pagination, total_count };
  };
  const all = ['default', 'alpha', 'a_b', 'axb', 'Beta 100%'];

  test.each([
    ['', all.slice(), undefined],
    ['?limit=2', all.slice(0, 2), undefined],
    ['?limit=2&offset=3', all.slice(3), undefined],
    ['?offset=5', [], undefined],
    ['', ['a_b'], { search: 'a_b' }],
    ['', ['Beta 100%'], { search: '0%' }],
    ['', ['Beta 100%'], { search: 'beta' }],
    ['', all, { search: '' }],
    ['', [], { search: 'é'.repeat(60) }],
    ['', all, null],
    ['?include_total=true', all, { filters: {}, sort: null, case_sensitive: false }],
  ])('the namespace list with query %j contains %j for the body %j', async (query, names, body) => {
    expect((await ask(query, body)).names).toEqual(names);
  });

  test('the namespace list continues by cursor to its end', async () => {
    const first = await ask('?limit=3');
    const second = await ask(`?limit=3&cursor=${first.pagination.next_cursor}`);
    expect([first.names, second.names]).toEqual([all.slice(0, 3), all.slice(3)]);
    expect(second.pagination).toEqual({ limit: 3, offset: 0, next_cursor: null, total: 5 });
    expect([first.total_count, second.total_count]).toEqual([5, 5]);
  });

  test.each(['?limit=0', '?limit=1001', '?limit=x', '?offset=-1'])('the namespace list rejects %s', async (query) => {
    const { status, body } = await org.post(`/v1/namespaces/list${query}`);
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['query', query.slice(1, query.indexOf('='))] }] },
    });
  });
});

describe('a namespace is rejected', () => {
  const missing = 'Field required';
  test.each([
    ['without a name', { feature_extractors: [extractor] }, ['body', 'namespace_name'], missing],
    [
      'with an empty name',
      { ...films, namespace_name: '' },
      ['body', 'namespace_name'],
      zodMessage(z.string().min(1), ''),
    ],
    [
      'with too long a name',
      { ...films, namespace_name: 'x'.repeat(201) },
      ['body', 'namespace_name'],
      zodMessage(z.string().max(200), 'x'.repeat(201)),
    ],
    [
      'with a name that is no text',
      { ...films, namespace_name: 1 },
      ['body', 'namespace_name'],
      zodMessage(z.string(), 1),
    ],
    ['without extractors', { namespace_name: 'films' }, ['body', 'feature_extractors'], missing],
    [
      'with no extractor',
      { ...films, feature_extractors: [] },
      ['body', 'feature_extractors'],
      zodMessage(z.array(z.string()).min(1), []),
    ],
    [
      'with a nameless extractor',
      { ...films, feature_extractors: [extractor, { version: 'v1' }] },
      ['body', 'feature_extractors', 1, 'feature_extractor_name'],
      missing,
    ],
    [
      'of an unknown type',
      { ...films, namespace_type: 'private' },
      ['body', 'namespace_type'],
      zodMessage(z.enum(['standard', 'marketplace']), ''),
    ],
    [
      'with a flag as text',
      { ...films, auto_create_indexes: 'true' },
      ['body', 'auto_create_indexes'],
      zodMessage(z.boolean(), ''),
    ],
  ])('a namespace is rejected: %s', async (_how, body, loc, msg) => {
    const org = await organization();
    const answer = await org.post('/v1/namespaces', body);
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      error: { type: 'ValidationError', message: `The request is invalid: ${loc.join('.')}: ${msg}` },
      detail: [{ loc, msg }],
    });
  });

  test('a namespace is rejected if its name is taken, when created and when updated', async () => {
    const org = await organization();
    const detail = 'A namespace named films already exists in this organization';
    const refused = {
      status: 409,
      body: { error: { type: 'ConflictError', details: { resource: 'namespace', name: 'films' } }, detail },
    };
    await org.post('/v1/namespaces', films);
    const made = await org.post('/v1/namespaces', films);
    expect({ status: made.status, body: made.body }).toMatchObject(refused);
    await namespaceIn(org, 'elsewhere');
    const renamed = await org.patch('/v1/namespaces/elsewhere', { namespace_name: 'films' });
    expect({ status: renamed.status, body: renamed.body }).toMatchObject(refused);
  });

  test('the default namespace always exists', async () => {
    const org = await organization();
    const detail = 'The namespace default cannot be renamed or deleted: every organization has it';
    const refused = { status: 409, body: { error: { type: 'ConflictError' }, detail } };
    const deleted = await org.del('/v1/namespaces/default');
    const renamed = await org.patch(`/v1/namespaces/${org.namespaceId}`, { namespace_name: 'films' });
    for (const { status, body } of [deleted, renamed]) expect({ status, body }).toMatchObject(refused);
    expect((await org.patch('/v1/namespaces/default', { namespace_name: 'default' })).status).toBe(200);
  });

  test.each(['GET', 'PATCH', 'PUT', 'DELETE'])('an unknown namespace is not found: %s', async (method) => {
    const org = await organization();
    const { status, body } = await org.send(
      method,
      '/v1/namespaces/nowhere',
      method === 'PATCH' || method === 'PUT' ? { body: {} } : {},
    );
    expect({ status, body }).toMatchObject({
      status: 404,
      body: {
        error: { type: 'NotFoundError', details: { resource: 'namespace', id: 'nowhere' } },
        detail: 'Namespace not found: nowhere',
      },
    });
  });
});

describe('deleting a namespace', () => {
  const db = database(env.DB);

  test('deleting a namespace undeploys and removes everything in it', async () => {
    const org = await organization();
    const id = await namespaceIn(org, 'films');
    const there = { ...org, plugins: pluginsOf(id) };
    for (const version of ['1.0.0', '1.1.0']) await publish(there, plugin({ version }));
    await publish(there, plugin({ name: 'other_ext' }));
    await org.post(`${there.plugins}/hello_ext_1_1_0/deploy`);
    const open = await openUpload(there, { name: 'next_ext' });
    await putArchive(open, plugin({ name: 'next_ext' }).zip);

    const { status, body } = await org.del('/v1/namespaces/films');
    expect({ status, body }).toEqual({
      status: 200,
      body: { success: true, namespace_id: id, message: 'Namespace films was deleted' },
    });

    expect((await org.get(there.plugins)).status).toBe(404);
    expect((await org.get(`${there.plugins}/hello_ext_1_1_0`)).status).toBe(404);
    expect((await confirm(there, open)).status).toBe(404);
    const left = and(eq(pluginVersions.ownerId, id), isNull(pluginVersions.deletedAt));
    // Its versions are removed after the response is sent.
    await expect.poll(() => db.select().from(pluginVersions).where(left)).toEqual([]);
    const pointers = await db.select().from(livePointers).where(eq(livePointers.namespaceId, id));
    expect(pointers.map(({ targetId }) => targetId)).toEqual([null, null]);
    const [attempt] = await db.select().from(deployments).where(eq(deployments.namespaceId, id));
    expect(attempt?.stopAfter).toEqual(expect.any(Number));
  });

  test('deleting a namespace does not affect other namespaces', async () => {
    const org = await organization();
    const id = await namespaceIn(org, 'films');
    for (const plugins of [org.plugins, pluginsOf(id)]) await publish({ ...org, plugins }, plugin());
    await org.del(`/v1/namespaces/${id}`);
    expect((await org.get(org.plugins)).body).toMatchObject({ total: 1 });
  });

  test('deleting a namespace frees its name for a new, empty namespace', async () => {
    const org = await organization();
    const before = await namespaceIn(org, 'films');
    await publish({ ...org, plugins: pluginsOf(before) }, plugin());
    await org.del('/v1/namespaces/films');
    const after = await namespaceIn(org, 'films');
    expect(after).not.toBe(before);
    expect((await org.get(pluginsOf(after))).body).toMatchObject({ plugins: [], total: 0 });
  });

  test('deleting a namespace returns 404 the second time', async () => {
    const org = await organization();
    await namespaceIn(org, 'films');
    expect((await org.del('/v1/namespaces/films')).status).toBe(200);
    expect((await org.del('/v1/namespaces/films')).status).toBe(404);
  });
});

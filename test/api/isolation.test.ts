// Another organization's things: refused in the very words of what doesn't exist.
import { describe, expect, test } from 'vitest';
import type { Answer } from '../support/client.ts';
import { masked } from '../support/masked.ts';
import { clientWithKey, namespaceIn, organization, pluginsOf } from '../support/organization.ts';
import { plugin } from '../support/plugin.ts';
import { openUpload, publish } from '../support/publish.ts';

const mine = await organization({ name: 'Mine' });
const theirs = await organization({ name: 'Theirs' });
await publish(theirs, plugin({ name: 'their_ext' }));
const theirUpload = await openUpload(theirs, { name: 'their_next' });

const absentNamespace = 'ns_00000000000000000000000000';
const absentUpload = 'plu_00000000000000000000000000';

/** Everything but the ids that the requests themselves named. */
function told({ status, text }: Answer): { status: number; text: string } {
  return { status, text: masked(text) };
}

const inNamespace = [
  ['GET', ''],
  ['POST', '/uploads'],
  ['POST', '/uploads/:upload/confirm'],
  ['GET', '/their_ext_1_0_0'],
  ['DELETE', '/their_ext_1_0_0'],
  ['POST', '/their_ext_1_0_0/deploy'],
  ['POST', '/their_ext_1_0_0/undeploy'],
  ['GET', '/their_ext_1_0_0/status'],
  ['POST', '/their_ext_1_0_0/realtime/test'],
  ['GET', '/their_ext_1_0_0/source'],
  ['GET', '/their_ext_1_0_0/download'],
  ['GET', '/by-name/their_ext/versions'],
  ['GET', '/by-name/their_ext/diff?v1=1.0.0&v2=1.0.0'],
  ['POST', '/by-name/their_ext/rollback'],
  ['POST', '/by-name/their_ext/realtime'],
] as const;

describe("another organization's namespace", () => {
  test.each(inNamespace)('is not there: %s …/plugins%s', async (method, path) => {
    const body = path === '/uploads' ? { name: 'new_ext' } : undefined;
    const ask = (namespaceId: string, upload: string) =>
      mine.send(method, `${pluginsOf(namespaceId)}${path.replace(':upload', upload)}`, { body });
    const foreign = await ask(theirs.namespaceId, theirUpload.upload_id);
    expect(foreign.status).toBe(404);
    expect(told(foreign)).toEqual(told(await ask(absentNamespace, absentUpload)));
  });

  test.each(['GET', 'DELETE', 'PATCH', 'PUT'])('is not there: %s /v1/namespaces/…', async (method) => {
    const body = method.startsWith('P') ? { description: 'mine now' } : undefined;
    const foreign = await mine.send(method, `/v1/namespaces/${theirs.namespaceId}`, { body });
    expect(foreign.status).toBe(404);
    expect(told(foreign)).toEqual(told(await mine.send(method, `/v1/namespaces/${absentNamespace}`, { body })));
  });

  test('is not in the list', async () => {
    const { body } = await mine.post('/v1/namespaces/list');
    expect(body).toMatchObject({ results: [{ namespace_id: mine.namespaceId }], total_count: 1 });
  });

  test('keeps what it holds', async () => {
    expect((await theirs.get(`${theirs.plugins}/their_ext_1_0_0`)).status).toBe(200);
  });
});

describe("another organization's plugin or upload, asked for in one's own namespace", () => {
  test.each(inNamespace.filter(([, path]) => path.includes('their_ext')))(
    'is not there: %s …%s',
    async (method, path) => {
      const foreign = await mine.send(method, `${mine.plugins}${path}`);
      const absent = await mine.send(method, `${mine.plugins}${path.replace('their_ext', 'no_exist')}`);
      expect(foreign.status).toBe(404);
      expect(told(foreign).text.replaceAll('their_ext', 'no_exist')).toBe(told(absent).text);
    },
  );

  test('is not there: an upload to confirm', async () => {
    const foreign = await mine.post(`${mine.plugins}/uploads/${theirUpload.upload_id}/confirm`);
    expect(foreign.status).toBe(404);
    expect(told(foreign)).toEqual(told(await mine.post(`${mine.plugins}/uploads/${absentUpload}/confirm`)));
  });

  test('is not in the way: the same name and version is free', async () => {
    await publish(mine, plugin({ name: 'their_ext' }));
    expect((await mine.get(`${mine.plugins}/their_ext_1_0_0`)).body).toMatchObject({
      plugin: { organization_id: mine.id, namespace_id: mine.namespaceId },
    });
  });
});

describe('a key bound to a namespace', () => {
  test('works there, and knows no other namespace', async () => {
    const other = await namespaceIn(theirs, 'other');
    const bound = await clientWithKey(theirs, { namespaceIds: [other] });
    expect((await bound.get(pluginsOf(other))).status).toBe(200);
    for (const [method, path] of inNamespace) {
      const body = path === '/uploads' ? { name: 'new_ext' } : undefined;
      const ask = (namespaceId: string, upload: string) =>
        bound.send(method, `${pluginsOf(namespaceId)}${path.replace(':upload', upload)}`, { body });
      const outside = await ask(theirs.namespaceId, theirUpload.upload_id);
      expect({ method, path, status: outside.status }).toEqual({ method, path, status: 404 });
      expect(told(outside)).toEqual(told(await ask(absentNamespace, absentUpload)));
    }
    expect((await bound.get(`/v1/namespaces/${theirs.namespaceId}`)).status).toBe(404);
    expect((await bound.get('/v1/namespaces/default')).status).toBe(404);
    expect((await bound.post('/v1/namespaces/list')).body).toMatchObject({
      results: [{ namespace_id: other }],
      total_count: 1,
    });
  });

  test('makes no namespaces', async () => {
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

// Tests over HTTP which plugins the search finds, in which order, and who sees them.
import { beforeAll, describe, expect, test } from 'vitest';
import { goPlugin } from '../../../support/plugins/go-plugins.ts';
import {
  clientWithKey,
  namespaceIn,
  type Organization,
  organization,
  pluginsOf,
} from '../../../support/scenes/organization.ts';
import { indexed, names, published, search, withPlugin } from '../scenes/published.ts';

describe('a plugin is found', () => {
  let org: Organization;

  beforeAll(async () => {
    org = await withPlugin();
  });

  test.each([
    ['profile', 'name'],
    ['Text-Profile', 'name'],
    ['textprofile', 'name'],
    ['TEXT PROFILE', 'name'],
    ['statistics', 'tags'],
    ['sentences', 'description'],
    ['diacritics', 'readme'],
    ['diacr', 'readme'],
    ['prof', 'name'],
    ['porfile', 'name'],
    ['profle', 'name'],
    ['statistcs', 'tags'],
    ['textprofle', 'name'],
    ['画像', 'tags'],
    ['検索', 'tags'],
    ['文章', 'readme'],
  ])('by %s, of its %s', async (q, field) => {
    const { results } = await search(org, q);
    expect(results.map(({ name, matched }) => [name, matched.includes(field)])).toEqual([['text_profile', true]]);
  });

  test('however its name, and the query, write separators', async () => {
    for (const q of ['text_profile', 'textProfile', 'text profile', 'text%profile'])
      expect(await names(org, q)).toEqual(['text_profile']);
  });

  test.each(['profile absent', 'prfle', 'sentnces', '像画', 'x', 'entences'])('not by %s', async (q) => {
    expect(await names(org, q)).toEqual([]);
  });

  test('with the fields that say what it is', async () => {
    expect((await search(org, 'profile sentences')).results).toEqual([
      {
        kind: 'extractor',
        plugin_id: 'text_profile_1_0_0',
        name: 'text_profile',
        namespace_id: org.namespaceId,
        namespace_name: 'default',
        version: '1.0.0',
        description: 'Measures sentences',
        tags: ['statistics', '画像検索'],
        matched: ['name', 'description'],
        live: false,
      },
    ]);
  });

  test("by its new version's words only, once it has one", async () => {
    const org = await withPlugin();
    await published(org, 'text_profile', { version: '1.1.0', description: 'Compares paragraphs' });
    await indexed();
    expect([await names(org, 'paragraphs'), await names(org, 'sentences')]).toEqual([['text_profile'], []]);
  });

  test('if it is a Go plugin, by its kind too', async () => {
    const org = await withPlugin();
    await goPlugin(org, 'pipeline', 'http-profile');
    await indexed();
    expect(await names(org, 'profile')).toEqual(['http-profile', 'text_profile']);
    expect(await names(org, 'profile', '&kind=pipeline')).toEqual(['http-profile']);
    expect(await names(org, 'profile', '&kind=storage')).toEqual([]);
  });
});

describe('a query', () => {
  test.each(['', '%20', '%25_%25', '*', '----'])('without letters and digits is refused: %j', async (q) => {
    const { status, body } = await (await organization()).get(`/v1/search?q=${q}`);
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('q must have a letter or a digit')]);
  });

  test('that is missing or too long is refused', async () => {
    const org = await organization();
    for (const path of ['/v1/search', `/v1/search?q=${'x'.repeat(201)}`, '/v1/search?q=x&limit=21'])
      expect((await org.get(path)).status).toBe(422);
  });
});

describe('strangers', () => {
  test("never see another organization's plugins", async () => {
    await withPlugin();
    expect(await search(await organization({ name: 'Other' }), 'profile')).toEqual({ results: [], has_more: false });
  });

  test('with keys bound to a namespace see only its plugins, and no trace of others', async () => {
    const org = await withPlugin();
    const other = await namespaceIn(org, 'other');
    const there = { ...org, plugins: pluginsOf(other), namespaceId: other };
    await published(there, 'profilf_reader');
    await indexed();
    const bound = await clientWithKey(org, { namespaceIds: [other], scopes: ['plugins:read'] });
    // The other namespace has a plugin with this word, so without the key's limits it would be no typo.
    expect(await names(bound, 'profile')).toEqual(['profilf_reader']);
    expect((await search(bound, 'profile', '&limit=1')).has_more).toBe(false);
    expect(await names(org, 'prof', `&namespace_id=${other}`)).toEqual(['profilf_reader']);
    const path = `/v1/search?q=profile&namespace_id=`;
    const absent = await bound.get(`${path}${org.namespaceId}`);
    const unknown = await bound.get(`${path}ns_01m7wc54fherz84624ahd0kr7h`);
    expect([absent.status, unknown.status]).toEqual([404, 404]);
  });

  test("with keys bound to a namespace find the organization's plugins by their names only", async () => {
    const org = await organization();
    const words = { description: 'Measures sentences', tags: ['statistics'], readme: 'Keeps diacritics.' };
    await published({ ...org, plugins: '/v1/plugins' }, 'text_profile', words);
    await indexed();
    const bound = await clientWithKey(org, { namespaceIds: [org.namespaceId], scopes: ['plugins:read'] });
    for (const q of ['sentences', 'statistics', 'statistcs', 'diacritics'])
      expect(await search(bound, q)).toEqual({ results: [], has_more: false });
    expect((await search(bound, 'profile')).results).toMatchObject([
      { description: null, tags: [], matched: ['name'] },
    ]);
    expect((await search(org, 'sentences profile')).results).toMatchObject([{ description: 'Measures sentences' }]);
  });

  test('without the scope are refused', async () => {
    const client = await clientWithKey(await organization(), { scopes: ['plugins:invoke'] });
    expect((await client.get('/v1/search?q=x')).status).toBe(403);
  });
});

describe('what is deleted', () => {
  test('is not found any more, before and after the index knows it', async () => {
    const org = await withPlugin();
    await org.del(`${org.plugins}/text_profile_1_0_0`);
    expect(await names(org, 'profile')).toEqual([]);
    await indexed();
    expect(await names(org, 'profile')).toEqual([]);
    await published(org, 'text_profile', { version: '1.0.1' });
    await indexed();
    expect(await names(org, 'profile')).toEqual(['text_profile']);
  });
});

test('a published plugin is found without a sweep', async () => {
  const org = await organization();
  await published(org, 'text_profile');
  await expect.poll(() => names(org, 'profile')).toEqual(['text_profile']);
});

// Tests over HTTP which plugins the search finds, in which order, and who sees them.
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sweepIndex } from '../../../../src/features/search/sweep.ts';
import type { Client } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { goPlugin } from '../../../support/plugins/go-plugins.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import {
  clientWithKey,
  namespaceIn,
  type Organization,
  organization,
  pluginsOf,
} from '../../../support/scenes/organization.ts';

const found = z.object({
  results: z.array(z.looseObject({ name: z.string(), matched: z.array(z.string()) })),
  has_more: z.boolean(),
});

interface Words {
  version?: string;
  description?: string;
  tags?: string[];
  readme?: string;
}

async function published(org: Organization, name: string, words: Words = {}) {
  const { version = '1.0.0', description = 'Nothing', tags = [], readme } = words;
  const extra = `description = ${JSON.stringify(description)}\ntags = ${JSON.stringify(tags)}\n`;
  const files = {
    'manifest.py': manifest({ name, version }).replace('description = "Says hello"\n', '') + extra,
    ...(readme === undefined ? {} : { 'README.md': readme }),
  };
  return publish(org, plugin({ name, version, files }));
}

async function indexed() {
  await sweepIndex(testApp().deps);
}

async function search(client: Client, q: string, query = '') {
  const { status, body } = await client.get(`/v1/search?q=${encodeURIComponent(q)}${query}`);
  expect([status, body]).toMatchObject([200, {}]);
  return found.parse(body);
}

async function names(client: Client, q: string, query = '') {
  return (await search(client, q, query)).results.map(({ name }) => name);
}

/** An organization with a plugin whose words are all different. */
async function withPlugin(): Promise<Organization> {
  const org = await organization();
  await published(org, 'text_profile', {
    description: 'Measures sentences',
    tags: ['statistics', '画像検索'],
    readme: '# Usage\n\nKeeps diacritics. 日本語の文章。\n',
  });
  await indexed();
  return org;
}

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

describe('the order', () => {
  test('begins with the plugin that has the name, then those whose names, tags, descriptions and READMEs have the word', async () => {
    const org = await organization();
    await published(org, 'a_readme', { readme: 'audio' });
    await published(org, 'a_description', { description: 'audio' });
    await published(org, 'audio');
    await published(org, 'a_tag', { tags: ['audio'] });
    await published(org, 'audio_audio_player', { description: 'audio', tags: ['audio'], readme: 'audio' });
    await published(org, 'audiobook');
    await indexed();
    const order = ['audio', 'audio_audio_player', 'audiobook', 'a_tag', 'a_description', 'a_readme'];
    expect((await names(org, 'audio')).toSorted()).toEqual(order.toSorted());
    expect((await names(org, 'audio')).slice(2)).toEqual(order.slice(2));
    expect(await names(org, 'AUDIO', '&limit=2')).toHaveLength(2);
    expect((await search(org, 'audio', '&limit=2')).has_more).toBe(true);
    expect((await search(org, 'audio')).has_more).toBe(false);
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

  test('of more words than count, or with a very long word, is answered', async () => {
    const org = await withPlugin();
    expect(await names(org, `${'profile '.repeat(20)}text`)).toEqual(['text_profile']);
    expect(await names(org, 'x'.repeat(200))).toEqual([]);
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

  test("as a namespace is not found with its plugins'", async () => {
    const org = await withPlugin();
    const other = await namespaceIn(org, 'other');
    await published({ ...org, plugins: pluginsOf(other), namespaceId: other }, 'other_profile');
    await indexed();
    expect(await names(org, 'profile')).toEqual(['other_profile', 'text_profile']);
    await org.del(`/v1/namespaces/${other}`);
    expect(await names(org, 'profile')).toEqual(['text_profile']);
  });

  test('does not crowd out what is left', async () => {
    const org = await withPlugin();
    const other = await namespaceIn(org, 'other');
    for (const n of ['a', 'b', 'c', 'd']) await published({ ...org, plugins: pluginsOf(other) }, `profile_${n}`);
    await indexed();
    await org.del(`/v1/namespaces/${other}`);
    const { results, has_more } = await search(org, 'profile', '&limit=1');
    expect([results.map(({ name }) => name), has_more]).toEqual([['text_profile'], false]);
  });
});

test('a stored manifest with tags of another form stops neither the index nor a search', async () => {
  const org = await withPlugin();
  for (const change of [
    `update plugin_versions set manifest = json_set(manifest, '$.tags', 'none') where organization_id = ?`,
    'update search_words set revision = revision + 1 where organization_id = ?',
  ])
    await env.DB.prepare(change).bind(org.id).run();
  await published(org, 'other_profile');
  await indexed();
  expect(await names(org, 'profile')).toEqual(['other_profile', 'text_profile']);
});

test('a published plugin is found without a sweep', async () => {
  const org = await organization();
  await published(org, 'text_profile');
  await expect.poll(() => names(org, 'profile')).toEqual(['text_profile']);
});

test('plugins from before the index are found after a sweep', async () => {
  const org = await withPlugin();
  await env.DB.prepare('delete from search_words').run();
  await indexed();
  await indexed();
  expect(await names(org, 'profile')).toEqual(['text_profile']);
});

test('plugins whose words were read by earlier rules are read again by the sweep', async () => {
  const org = await withPlugin();
  await env.DB.prepare("update search_words set terms_version = 0, queued = char(10) || 'old 1A'").run();
  expect(await names(org, 'profile')).toEqual([]);
  await indexed();
  expect([await names(org, 'profile'), await names(org, 'old')]).toEqual([['text_profile'], []]);
});

test('a README of one endless word of few parts takes no more room than one of many words', async () => {
  const org = await organization();
  const parts = ['Ab', 'Cd', 'Ef', 'Gh', 'Ij', 'Kl', 'Mn', 'Op'];
  // The parts' order does not repeat, so each rest of the word is another term.
  let state = 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return parts[state % 8];
  };
  const endless = Array.from({ length: 30_000 }, next).join('');
  await published(org, 'text_profile', { readme: endless });
  await indexed();
  const queued = env.DB.prepare('select length(queued) as chars from search_words where organization_id = ?');
  expect(await queued.bind(org.id).first('chars')).toBeLessThan(40_000);
});

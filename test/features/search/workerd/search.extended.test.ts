// Tests the order of what a search finds, and what the index makes of unusual words, manifests and earlier rules.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { namespaceIn, organization, pluginsOf } from '../../../support/scenes/organization.ts';
import { indexed, names, published, search, withPlugin } from '../scenes/published.ts';

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
  test('of more words than count, or with a very long word, is answered', async () => {
    const org = await withPlugin();
    expect(await names(org, `${'profile '.repeat(20)}text`)).toEqual(['text_profile']);
    expect(await names(org, 'x'.repeat(200))).toEqual([]);
  });
});

describe('what is deleted', () => {
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

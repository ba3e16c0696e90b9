// Publishes plugins with words, and searches for them.
import { expect } from 'vitest';
import { z } from 'zod';
import { sweepIndex } from '../../../../src/features/search/sweep.ts';
import type { Client } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

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

export async function published(org: Organization, name: string, words: Words = {}) {
  const { version = '1.0.0', description = 'Nothing', tags = [], readme } = words;
  const extra = `description = ${JSON.stringify(description)}\ntags = ${JSON.stringify(tags)}\n`;
  const files = {
    'manifest.py': manifest({ name, version }).replace('description = "Says hello"\n', '') + extra,
    ...(readme === undefined ? {} : { 'README.md': readme }),
  };
  return publish(org, plugin({ name, version, files }));
}

export async function indexed() {
  await sweepIndex(testApp().deps);
}

export async function search(client: Client, q: string, query = '') {
  const { status, body } = await client.get(`/v1/search?q=${encodeURIComponent(q)}${query}`);
  expect([status, body]).toMatchObject([200, {}]);
  return found.parse(body);
}

export async function names(client: Client, q: string, query = '') {
  return (await search(client, q, query)).results.map(({ name }) => name);
}

/** An organization with a plugin whose words are all different. */
export async function withPlugin(): Promise<Organization> {
  const org = await organization();
  await published(org, 'text_profile', {
    description: 'Measures sentences',
    tags: ['statistics', '画像検索'],
    readme: '# Usage\n\nKeeps diacritics. 日本語の文章。\n',
  });
  await indexed();
  return org;
}

// @module-tag long
// Tests over HTTP that queries as people type them find the right plugin first, among plugins with real names and words of ten scripts.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { sweepIndex } from '../../../../src/features/search/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { corpus } from './corpus.ts';

const found = z.object({ results: z.array(z.object({ name: z.string() })) });

test('at least 300 queries find their plugin first', async () => {
  const org = await organization({ pluginsPerNamespace: corpus.length });
  for (const { name, description, tags = [], readme = '' } of corpus) {
    const extra = `description = ${JSON.stringify(description)}\ntags = ${JSON.stringify(tags)}\n`;
    const own = manifest({ name, version: '1.0.0' }).replace('description = "Says hello"\n', '') + extra;
    await publish(org, plugin({ name, files: { 'manifest.py': own, 'README.md': readme } }));
  }
  for (let sweeps = 0; sweeps < corpus.length / 32 + 1; sweeps++) await sweepIndex(testApp().deps);
  const queries = corpus.flatMap(({ name, queries }) => queries.split(' | ').map((q) => ({ name, q })));
  const wrong: string[] = [];
  for (const { name, q } of queries) {
    const { results } = found.parse((await org.get(`/v1/search?q=${encodeURIComponent(q)}`)).body);
    if (results[0]?.name !== name) wrong.push(`${q}: ${results.map((one) => one.name)} instead of ${name}`);
  }
  expect(queries.length).toBeGreaterThanOrEqual(300);
  expect(wrong).toEqual([]);
});

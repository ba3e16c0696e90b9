// Tests that a plugin whose text takes its readers with it holds up no other plugin, and is found by its name.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { indexLimits } from '../../../../src/contract/features/search/limits.ts';
import { readDuePlugins } from '../../../../src/features/search/read-plugins.ts';
import { sweepIndex } from '../../../../src/features/search/sweep.ts';
import { testApp } from '../../../support/deps.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

async function published(org: Organization, name: string, word: string): Promise<void> {
  const files = { 'manifest.py': manifest({ name, version: '1.0.0' }), 'README.md': `# ${word}\n` };
  await publish(org, plugin({ name, files }));
}

/** Makes all plugins due, as if none was ever read. */
async function allDue(): Promise<void> {
  await env.DB.prepare('update search_words set revision = revision + 1, tries = 0').run();
}

/** Reads due plugins with a worker that dies on the way. */
async function readAndDie(): Promise<void> {
  const { deps } = testApp();
  const reached = Promise.withResolvers<void>();
  const die = (): Promise<never> => {
    reached.resolve();
    return new Promise(() => {});
  };
  const blobs = new Proxy(deps.blobs, { get: (target, name) => (name === 'get' ? die : Reflect.get(target, name)) });
  void readDuePlugins({ ...deps, blobs });
  await reached.promise;
}

async function triesOf(org: Organization): Promise<Record<string, number>> {
  const select = 'select name, tries from search_words join plugins using (id) where plugins.organization_id = ?';
  const { results } = await env.DB.prepare(select).bind(org.id).all<{ name: string; tries: number }>();
  return Object.fromEntries(results.map(({ name, tries }) => [name, tries]));
}

async function names(org: Organization, word: string): Promise<string[]> {
  const { body } = await org.get(`/v1/search?q=${word}`);
  return (body as { results: { name: string }[] }).results.map(({ name }) => name);
}

test('plugins whose reader died are read one at a time, and a plugin is found by its name after eight such readers', async () => {
  const org = await organization();
  await published(org, 'first', 'albatross');
  await published(org, 'second', 'buzzard');
  await sweepIndex(testApp().deps);
  await allDue();
  await readAndDie();
  expect(await triesOf(org)).toEqual({ first: 1, second: 1 });
  for (let tries = 2; tries <= indexLimits.triesMax; tries++) {
    await env.DB.prepare(
      "update search_words set tries = 100 where id in (select id from plugins where name = 'second')",
    ).run();
    await readAndDie();
  }
  await env.DB.prepare(
    "update search_words set tries = 1 where id in (select id from plugins where name = 'second')",
  ).run();
  expect(await triesOf(org)).toEqual({ first: indexLimits.triesMax, second: 1 });
  await sweepIndex(testApp().deps);
  await sweepIndex(testApp().deps);
  expect(await triesOf(org)).toEqual({ first: 0, second: 0 });
  expect(await names(org, 'buzzard')).toEqual(['second']);
  expect(await names(org, 'first')).toEqual(['first']);
  expect(await names(org, 'albatross')).toEqual([]);
});

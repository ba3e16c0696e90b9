// Measures the search with many plugins of one organization in a local D1: `node bench/search/run.ts [PLUGINS]`.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { databaseFile } from '../../scripts/backup/inventory.ts';
import { ensureLocalOrganization, migrate, withLocalDatabase } from '../../scripts/local/database.ts';
import { workerBundle } from '../../scripts/local/worker-bundle.ts';
import { type Actor, withoutKey } from '../../src/access/actor.ts';
import { systemActor } from '../../src/contract/events/events.ts';
import { idSchema } from '../../src/contract/ids.ts';
import { systemClock } from '../../src/core/clock.ts';
import { database } from '../../src/db/client.ts';
import { mergeDueQueue } from '../../src/features/search/merge.ts';
import { searchPlugins } from '../../src/features/search/search.ts';
import { meteredD1 } from '../../test/support/database/metered-d1.ts';
import { fill, makePlugins } from './fill.ts';

Object.assign(globalThis, { scheduler });

const count = Number(process.argv[2] ?? 20_000);
const queued = 48;
const rounds = 50;

const state = await mkdtemp(join(tmpdir(), 'search-'));
const { plugins, words } = makePlugins(count);
await withLocalDatabase({ state, bundle: await workerBundle() }, async (db) => {
  await migrate(db, 'migrations');
  const url = 'http://127.0.0.1:1';
  const { organizationId, local } = await ensureLocalOrganization(db, state, {
    url,
    admin_token: '',
    builder_url: url,
  });
  const namespaceId = idSchema('namespace').parse(local.namespace_id);
  await fill({ db, organizationId, namespaceId }, plugins, queued);
  const whole: Actor = {
    ...withoutKey,
    organizationId,
    ref: systemActor,
    scopes: new Set(['plugins:read']),
    namespaceIds: null,
  };
  const bound: Actor = { ...whole, namespaceIds: new Set([namespaceId]) };
  const at = (rank: number) => words[rank] ?? '';
  const typo = (word: string) => `${word.slice(0, 3)}${word.slice(4)}`;
  const long = words.filter((word) => word.length > 7);
  const queries: [what: string, actor: Actor, q: (round: number) => string][] = [
    ['frequent word', whole, (i) => at(1 + i)],
    ['rare word', whole, (i) => at(5000 + i)],
    ['two words', whole, (i) => `${at(1 + i)} ${at(100 + i)}`],
    ['start of a word', whole, (i) => at(300 + i).slice(0, 3)],
    ['two letters', whole, (i) => at(300 + i).slice(0, 2)],
    ['typo', whole, (i) => typo(long[i] ?? '')],
    ['typo, four letters', whole, (i) => `${at(200 + i).slice(0, 2)}zq`],
    ['name', whole, (i) => plugins[i * 300]?.name ?? ''],
    ['frequent word, bound key', bound, (i) => at(1 + i)],
    ['eight words', whole, (i) => Array.from({ length: 8 }, (_, n) => at(i + n + 1)).join(' ')],
  ];
  console.log('| query | p50 ms | p99 ms | rows read, p50 | most | found |\n|---|---|---|---|---|---|');
  for (const [what, actor, q] of queries) {
    const times: number[] = [];
    const rows: number[] = [];
    let found = 0;
    for (let round = 0; round < rounds; round++) {
      const metered = meteredD1(db);
      const began = performance.now();
      const { results } = await searchPlugins({ db: database(metered.db) }, actor, { q: q(round), limit: 20 });
      times.push(performance.now() - began);
      rows.push(metered.total().read);
      found += results.length > 0 ? 1 : 0;
    }
    const ranked = (all: number[], part: number) =>
      all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) * part)] ?? 0;
    const cells = [ranked(times, 0.5).toFixed(1), ranked(times, 0.99).toFixed(1), ranked(rows, 0.5), ranked(rows, 1)];
    console.log(`| ${what} | ${cells.join(' | ')} | ${found}/${rounds} |`);
  }
  const size = `select count(*) as blocks, sum(length(lines)) as block_chars, max(length(lines)) as longest, (select sum(length(merged)) from search_words) as words_chars from search_blocks`;
  console.log(await db.prepare(size).first());
  const metered = meteredD1(db);
  const began = performance.now();
  const log = { info: () => {}, warn: console.warn, error: console.error };
  await mergeDueQueue({ db: database(metered.db), clock: systemClock, log });
  console.log(`merged ${queued} plugins in ${Math.round(performance.now() - began)} ms`, metered.total());
});
// The way in which D1 exports a database, and which it refuses for virtual tables.
const persisted = join(databaseFile(state), '..', '..', '..', '..');
const exported = join(state, 'exported.sql');
const args = ['wrangler', 'd1', 'export', 'slipway', '--local', '--persist-to', persisted, '--output', exported];
const began = performance.now();
const { status, stderr } = spawnSync('npx', args, { encoding: 'utf8' });
const bytes = status === 0 ? (await stat(exported)).size : stderr;
console.log(`exported in ${Math.round(performance.now() - began)} ms: ${bytes} bytes`);
await rm(state, { recursive: true });

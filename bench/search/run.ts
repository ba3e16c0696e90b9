// Measures the search with many plugins of one organization, through a local Worker: `node bench/search/run.ts [--plugins 20000] [--rounds 20]`.
import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { z } from 'zod';
import { databaseFile } from '../../scripts/backup/inventory.ts';
import { ensureLocalOrganization, migrate, withLocalDatabase } from '../../scripts/local/database.ts';
import { localSecrets } from '../../scripts/local/secrets.ts';
import { workerBundle } from '../../scripts/local/worker-bundle.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { idSchema } from '../../src/contract/ids.ts';
import { systemClock } from '../../src/core/clock.ts';
import { noMarks } from '../../src/core/work-marks.ts';
import { database } from '../../src/db/client.ts';
import { mergeDueQueue } from '../../src/features/search/merge.ts';
import { meteredD1 } from '../../test/support/database/metered-d1.ts';
import { countsOf, printTable, send, started } from '../growth/local.ts';
import { fill, makeIndex, makePlugins } from './fill.ts';

// The runtime has it, and a merge waits with it between blocks.
Object.assign(globalThis, { scheduler });

const usage = `node bench/search/run.ts [OPTION...]

Measures the search with many plugins of one organization, through a local Worker.`;

const { values: options } = readCommandLine(usage, {
  options: { plugins: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '20' } },
});
const [count, rounds] = [Number(options.plugins), Number(options.rounds)];
const queued = 48;
const port = 8790;

const state = await mkdtemp(join(tmpdir(), 'search-'));
const bundle = await workerBundle();
const { plugins, words } = makePlugins(count);
const { admin_token } = await localSecrets(state);
const url = `http://127.0.0.1:${port}`;
const made = await withLocalDatabase({ state, bundle }, async (db) => {
  await migrate(db, 'migrations');
  return ensureLocalOrganization(db, state, { url, admin_token, builder_url: 'http://127.0.0.1:1' });
});
const { organizationId } = made;
const namespaceId = idSchema('namespace').parse(made.local.namespace_id);
const index = makeIndex(plugins, namespaceId, queued);
await withLocalDatabase({ state, bundle }, (db) => fill({ db, organizationId, namespaceId }, plugins, index, queued));
const place = { state, port, ...made };

const at = (rank: number) => words[rank] ?? '';
const typo = (word: string) => `${word.slice(0, 3)}${word.slice(4)}`;
const long = words.filter((word) => word.length > 7);
const own = `&namespace_id=${made.local.namespace_id}`;
const queries: [what: string, q: (round: number) => string, filter?: string][] = [
  ['frequent word', (i) => at(1 + i)],
  ['rare word', (i) => at(5000 + i)],
  ['two words', (i) => `${at(1 + i)} ${at(100 + i)}`],
  ['start of a word', (i) => at(300 + i).slice(0, 3)],
  ['two letters', (i) => at(300 + i).slice(0, 2)],
  ['one typo', (i) => typo(long[i] ?? '')],
  ['four letters with a typo', (i) => `${at(200 + i).slice(0, 2)}zq`],
  ['whole name', (i) => plugins[i * 7]?.name ?? ''],
  ['frequent word in a namespace', (i) => at(1 + i), own],
  ['eight frequent words', (i) => Array.from({ length: 8 }, (_, n) => at(i + n + 1)).join(' ')],
];
const found = z.object({ results: z.array(z.unknown()) });

const worker = await started(place);
const rows: (string | number)[][] = [];
const ranked = (all: number[], part: number) => all.toSorted((a, b) => a - b)[Math.floor((all.length - 1) * part)] ?? 0;
for (const [what, q, filter = ''] of queries) {
  const [times, read]: [number[], number[]] = [[], []];
  let answered = 0;
  for (let round = 0; round < rounds; round++) {
    const path = `/v1/search?limit=20&q=${encodeURIComponent(q(round))}${filter}`;
    const began = performance.now();
    const response = await send(place, 'GET', path);
    const { results } = found.parse(await response.json());
    times.push(performance.now() - began);
    read.push(countsOf(response).read);
    if (results.length > 0) answered += 1;
  }
  const ms = [0.5, 0.99].map((part) => ranked(times, part).toFixed(1));
  rows.push([what, ...ms, ranked(read, 0.5), ranked(read, 1), `${answered} of ${rounds}`]);
}
await worker.dispose();
printTable(['query', 'ms, p50', 'p99', 'rows read, p50', 'most', 'found'], rows);

await withLocalDatabase({ state, bundle }, async (db) => {
  const size = `select count(*) as blocks, sum(length(lines)) as block_chars, max(length(lines)) as longest, (select sum(length(merged)) from search_words) as words_chars from search_blocks`;
  console.log(await db.prepare(size).first());
  const metered = meteredD1(db);
  const began = performance.now();
  const log = { info: () => {}, warn: console.warn, error: console.error };
  await mergeDueQueue({ db: database(metered.db), clock: systemClock, log, marks: noMarks });
  console.log(`merged ${queued} plugins in ${Math.round(performance.now() - began)} ms`, metered.total());
});

// The way in which D1 exports a database, which it refuses for virtual tables. Wrangler finds the local one below its folder.
const folder = join(state, 'exporting');
const local = join(folder, '.wrangler', 'state', 'v3', 'd1', 'miniflare-D1DatabaseObject');
await mkdir(local, { recursive: true });
await cp(dirname(databaseFile(state)), local, { recursive: true });
const [databases = ''] = (await readFile('wrangler.toml', 'utf8')).match(/^\[\[d1_databases\]\][^[]*/m) ?? [];
await writeFile(
  join(folder, 'wrangler.toml'),
  `name = "slipway"\ncompatibility_date = "${bundle.compatibilityDate}"\n${databases}`,
);
const wrangler = resolve('node_modules/.bin/wrangler');
const args = ['d1', 'export', 'slipway', '--local', '--output', 'exported.sql'];
const { status, stderr } = spawnSync(wrangler, args, { cwd: folder, encoding: 'utf8' });
console.log(status === 0 ? `exported ${(await stat(join(folder, 'exported.sql'))).size} bytes` : stderr);
await rm(state, { recursive: true });

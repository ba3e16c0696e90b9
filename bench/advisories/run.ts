// Measures advisories: `node bench/advisories/run.ts [--versions 10000] [--advisories 300] [--bytes 0] [--state FOLDER] [--port 18190]`.
// Imports made advisories into a Slipway whose versions contain made packages. Compares the hits with every version against every
// advisory, and prints the time, the rows read per hit, other requests' times, and the memory. For a large feed: `--versions 1000
// --advisories 30000 --bytes 7000`. The state folder must be new.
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { packageUrl } from '../../src/contract/advisories.ts';
import { idSource } from '../../src/core/ids.ts';
import { evaluator } from '../../src/osv/affected.ts';
import { type Advisory, readRecord } from '../../src/osv/record.ts';
import { databaseFile } from '../growth/fill.ts';
import { countsSchema, type Prepared, prepared, send, started } from '../growth/local.ts';
import { type MadePackage, madePackage, madeRecord, randomFrom } from './made-feed.ts';

const { values: options } = readCommandLine('node bench/advisories/run.ts [OPTION...]\n\nMeasures advisories.', {
  options: {
    versions: { type: 'string', default: '10000' },
    advisories: { type: 'string', default: '300' },
    bytes: { type: 'string', default: '0' },
    state: { type: 'string', default: '/tmp/slipway-advisories' },
    port: { type: 'string', default: '18190' },
  },
});
const versions = Number(options.versions);
const names = 2000;
const packagesEach = 20;
const random = randomFrom(1);
const records = Array.from({ length: Number(options.advisories) }, (_, i) =>
  madeRecord(random, i, Number(options.bytes)),
);

/** Gives copies of a version made packages, as if they were indexed before. Returns the packages by version. */
function fillVersions({ organizationId, state }: Prepared): Map<string, MadePackage[]> {
  const db = new DatabaseSync(databaseFile(state));
  const columns = z.array(z.object({ name: z.string() })).parse(db.prepare('pragma table_info(plugin_versions)').all());
  const changed: Record<string, string> = { id: '?', patch: '?', name: "'advisory_ext'", packages_indexed_at: '1' };
  const values = columns.map(({ name }) => changed[name] ?? `"${name}"`);
  const version = db.prepare(`insert into plugin_versions select ${values} from plugin_versions limit 1`);
  const used = db.prepare('insert into package_versions values (?, ?, ?, ?) on conflict do nothing');
  const contained = db.prepare('insert into version_packages values (?, ?, ?) on conflict do nothing');
  const ids = idSource(Date.now);
  const order = columns.findIndex(({ name }) => name === 'id') < columns.findIndex(({ name }) => name === 'patch');
  const filled = new Map<string, MadePackage[]>();
  db.exec('begin');
  for (let i = 0; i < versions; i++) {
    const id = ids('version');
    version.run(...(order ? [id, i] : [i, id]));
    const packages = Array.from({ length: packagesEach }, () => madePackage(random, random(names)));
    filled.set(id, packages);
    for (const one of packages) {
      const purl = packageUrl(one);
      used.run(purl, one.ecosystem, one.name, one.version);
      contained.run(purl, id, organizationId);
    }
  }
  db.exec('update plugin_versions set packages_indexed_at = 1; commit; analyze');
  db.close();
  return filled;
}

/** Compares every version with every advisory. */
function bruteForce(filled: ReadonlyMap<string, MadePackage[]>): Set<string> {
  const valid = records.flatMap((record) => readRecord(record) ?? []).filter(({ withdrawnAt }) => withdrawnAt === null);
  const affects = ({ packages }: Advisory, one: MadePackage) =>
    packages.some(
      ({ affected, ecosystem, name }) =>
        ecosystem === one.ecosystem &&
        name === one.name &&
        evaluator(ecosystem, affected).verdict(one.version) !== 'unaffected',
    );
  const hits = new Set<string>();
  for (const [id, packages] of filled)
    for (const one of packages)
      for (const advisory of valid) if (affects(advisory, one)) hits.add(`${id} ${advisory.id} ${packageUrl(one)}`);
  return hits;
}

const importSchema = z.looseObject({ import_id: z.string(), status: z.string(), upload_url: z.string().nullish() });

async function importAll(place: Prepared, zip: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const base = '/v1/admin/advisories/imports';
  const answer = async (method: string, path: string, body?: unknown) =>
    importSchema.parse(await (await send(place, method, path, { operator: true, body })).json());
  const { import_id, upload_url } = await answer('POST', base, { size_bytes: zip.length });
  const headers = { 'content-length': String(zip.length) };
  const put = await fetch(upload_url ?? '', { method: 'PUT', body: zip, headers });
  if (!put.ok) throw new Error(`the zip was refused: ${await put.text()}`);
  await answer('POST', `${base}/${import_id}/start`);
  for (;;) {
    const current = await answer('GET', `${base}/${import_id}`);
    if (current.status === 'done' || current.status === 'failed') return current;
    await delay(200);
  }
}

/** Returns the memory of the workerd processes below this one, in MiB. */
function workerMemory(): number {
  const lines = readdirSync('/proc').flatMap((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const isOwn = status.startsWith('Name:\tworkerd') && new RegExp(`^PPid:\\t${process.pid}$`, 'm').test(status);
      return isOwn ? [Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)] : [];
    } catch {
      return [];
    }
  });
  return lines.reduce((sum, kib) => sum + kib / 1024, 0);
}

/** Sends a request every 50 ms until it is stopped. Returns how long each took, and the memory at its peak. */
function watch(place: Prepared) {
  const times: number[] = [];
  let peak = 0;
  let goesOn = true;
  const work = (async () => {
    while (goesOn) {
      const begun = performance.now();
      await (await send(place, 'GET', '/v1/keys?limit=1')).text();
      times.push(performance.now() - begun);
      peak = Math.max(peak, workerMemory());
      await delay(50);
    }
  })();
  const stop = async () => {
    goesOn = false;
    await work;
    times.sort((a, b) => a - b);
    return { p50: times[Math.floor(times.length / 2)], p99: times[Math.floor(times.length * 0.99)], peak };
  };
  return { stop };
}

/** Matches everything again in a new worker, without the import. Returns the rows that it reads. */
async function matchAgain(place: Prepared): Promise<number> {
  const db = new DatabaseSync(databaseFile(place.state));
  db.exec('update advisories set match_due = 1 where id in (select advisory_id from version_advisories)');
  db.exec('delete from version_advisories');
  db.close();
  const worker = await started(place);
  const body = { v: 1, type: 'find-affected', id: 'due' };
  const { read } = countsSchema.parse(await (await send(place, 'POST', '/growth/message', { body })).json());
  let [before, after] = [-1, 0];
  for (; before !== after; await delay(3000)) [before, after] = [after, (await queue()).read];
  await worker.dispose();
  return read + after;
}

function readHits(): Set<string> {
  const db = new DatabaseSync(databaseFile(place.state));
  const hits = db.prepare("select version_id || ' ' || advisory_id || ' ' || purl hit from version_advisories").all();
  db.close();
  return new Set(
    z
      .array(z.object({ hit: z.string() }))
      .parse(hits)
      .map(({ hit }) => hit),
  );
}

const place = await prepared({ folder: options.state, scale: 0, seed: 1, port: Number(options.port) });
const filled = fillVersions(place);
const worker = await started(place);
const files = Object.fromEntries(
  records.map((one) => [`${one.id}.json`, new TextEncoder().encode(JSON.stringify(one))]),
);
const unpacked = Object.values(files).reduce((sum, { length }) => sum + length, 0);
const zip = new Uint8Array(zipSync(files));
const queue = async () => countsSchema.parse(await (await send(place, 'GET', '/growth/queue')).json());
// A new workerd grows with its first requests.
for (let i = 0; i < 300; i++) await (await send(place, 'GET', '/v1/keys?limit=1')).text();
const base = workerMemory();
const watched = watch(place);
const begun = performance.now();
const ended = await importAll(place, zip);
const seconds = (performance.now() - begun) / 1000;
const { p50, p99, peak } = await watched.stop();
await worker.dispose();

const expected = bruteForce(filled);
const found = readHits();
const read = await matchAgain(place);
const again = readHits();
const wrong = [...expected, ...found, ...again].filter(
  (hit) => !expected.has(hit) || !found.has(hit) || !again.has(hit),
);
console.log(ended);
console.log(`${records.length} advisories, ${Math.round(unpacked / 1024 ** 2)} MiB unpacked, ${versions} versions`);
console.log(`${seconds.toFixed(1)} s; ${found.size} hits, brute force ${expected.size}, ${wrong.length} differ`);
console.log(`${(read / Math.max(1, found.size)).toFixed(2)} rows read per hit, without the import`);
console.log(`other requests: p50 ${p50?.toFixed(0)} ms, p99 ${p99?.toFixed(0)} ms`);
console.log(`memory of workerd: ${base.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at its peak`);
if (wrong.length > 0) {
  console.log(wrong.slice(0, 10));
  process.exitCode = 1;
}

// Exports an organization's million events as `slipway events --export` does and verifies them. Then it archives the older half and
// exports again (design §9a): `node bench/growth/export.ts [--events 1000000] [--state FOLDER] [--port 18181]`. Each part is one Worker
// invocation. Prints each part's statements and time, and the memory of workerd and of this process.

import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ensureLocalOrganization, migrate, withLocalDatabase } from '../../scripts/local/database.ts';
import { localSecrets } from '../../scripts/local/secrets.ts';
import { bundleModule, workerBundle } from '../../scripts/local/worker-bundle.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { exportedLines } from '../../src/client/event-export.ts';
import { ExportVerifier } from '../../src/contract/events/event-export.ts';
import { startBenchWorker } from '../worker-config.ts';
import { databaseFile } from './fill.ts';
import { sealAll } from './seal.ts';

const usage = `node bench/growth/export.ts [OPTION...]

Exports a million events, and verifies them.`;

const { values: options } = readCommandLine(usage, {
  options: {
    events: { type: 'string', default: '1000000' },
    state: { type: 'string', default: '/tmp/slipway-growth-export' },
    port: { type: 'string', default: '18181' },
  },
});
const port = Number(options.port);
const url = `http://127.0.0.1:${port}`;
const day = 86_400_000;
const countsSchema = z.object({ statements: z.number(), read: z.number(), written: z.number() });

async function prepare() {
  const { state } = options;
  await rm(state, { recursive: true, force: true });
  const bundle = await workerBundle();
  const { admin_token } = await localSecrets(state);
  const made = await withLocalDatabase({ state, bundle }, async (db) => {
    await migrate(db, 'migrations');
    return ensureLocalOrganization(db, state, { url, admin_token, builder_url: 'http://127.0.0.1:1' });
  });
  writeAndSeal(made.organizationId, Number(options.events));
  return made;
}

/** Spreads the events over the last 800 days, so that half of them are due for archiving. */
function writeAndSeal(organizationId: string, count: number): void {
  const now = Date.now();
  const db = new DatabaseSync(databaseFile(options.state));
  db.exec('pragma synchronous = off; begin; delete from events');
  db.exec(`insert into events (id, organization_id, namespace_id, type, actor, subject_id, data, created_at)
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})
    select printf('evt_0%025d', i), '${organizationId}', null, 'version.published', '{"type":"key","id":"key_00000000000000000000000001"}',
      printf('ver_0%025d', i), '{"plugin_id":"deep_ext_1_0_' || i || '"}', ${now - 800 * day} + i * ${Math.floor((800 * day - 2 * 60_000) / count)} from n`);
  sealAll(db, now);
  db.exec(
    `insert or replace into progress (work, seq) select value, (select max(seq) from events) from json_each('["sealing","fan-out"]')`,
  );
  db.exec('commit; pragma wal_checkpoint(truncate)');
  db.close();
}

async function exportOnce(client: SlipwayClient, workerd: number) {
  const verifier = new ExportVerifier();
  const started = performance.now();
  const memory: string[] = [];
  let lines = 0;
  for await (const line of exportedLines(client, undefined)) {
    await verifier.add(line);
    lines += 1;
    if (lines % 100_000 === 0) memory.push(`${residentMiB(workerd)}/${residentMiB(process.pid)}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const parts = z.array(countsSchema).parse(await (await fetch(`${url}/growth/parts`)).json());
  console.log(JSON.stringify(verifier.result()));
  console.log(
    `${seconds} s; parts ${parts.length}, statements of each ${parts.map(({ statements }) => statements).join(', ')}; ` +
      `rows read ${parts.reduce((sum, { read }) => sum + read, 0)}; MiB of workerd and client after each 100,000 lines: ${memory.join(', ')}`,
  );
}

const { local } = await prepare();
console.log(`filled with ${options.events} events`);
const { code, wasm } = await bundleModule('bench/growth/export-worker.ts');
const secrets = await localSecrets(options.state);
const worker = await startBenchWorker({
  bundle: { ...(await workerBundle()), worker: code, wasm },
  port,
  state: options.state,
  builderUrls: ['http://127.0.0.1:1'],
  secrets,
});
try {
  const client = new SlipwayClient({ baseUrl: url, apiKey: local.api_key });
  const workerd = workerdPid();
  await client.get('/v1/events', { query: { limit: 1 } });
  console.log(`before: ${residentMiB(workerd)} MiB of workerd, ${residentMiB(process.pid)} MiB of the client`);
  await exportOnce(client, workerd);
  const sweeps: (z.infer<typeof countsSchema> & { ms: number })[] = [];
  do sweeps.push(countsSchema.extend({ ms: z.number() }).parse(await (await fetch(`${url}/growth/archive`)).json()));
  while (sweeps.at(-1)?.written !== 0);
  console.log(
    `archived by ${sweeps.length} sweeps, each at most ${Math.max(...sweeps.map(({ statements }) => statements))} statements and ${Math.max(...sweeps.map(({ ms }) => ms))} ms; ` +
      `the last one, with nothing due, read ${sweeps.at(-1)?.read} rows`,
  );
  await exportOnce(client, workerd);
} finally {
  await worker.dispose();
}

function residentMiB(pid: number): number {
  const [, kiB = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kiB) / 1024);
}

/** Returns the PID of the workerd that this process started. */
function workerdPid(): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+) /.exec(stat) ?? [];
      if (command === 'workerd' && Number(parent) === process.pid) return Number(name);
    } catch {
      // The process has exited since it was listed.
    }
  }
  throw new Error('this process has no workerd');
}

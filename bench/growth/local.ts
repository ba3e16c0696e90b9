// Fills a local database and runs Slipway on it with a Worker that counts rows.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { databaseFile } from '../../scripts/backup/inventory.ts';
import { ensureLocalOrganization, migrate, withLocalDatabase } from '../../scripts/local/database.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { localSecrets } from '../../scripts/local/secrets.ts';
import { type LocalWorker, startWorker } from '../../scripts/local/worker.ts';
import { bundleModule, workerBundle } from '../../scripts/local/worker-bundle.ts';
import { loopback } from '../../scripts/machine/ports.ts';
import { fill } from './fill.ts';

export const countsSchema = z.object({
  read: z.number(),
  written: z.number(),
  statements: z.number(),
  trips: z.number(),
});
export type Counts = z.infer<typeof countsSchema>;

const filledSchema = z.object({ organizationId: z.string(), local: z.custom<Local>() });

/** Location and size of the state. */
interface Place {
  folder: string;
  scale: number;
  seed: number;
  port: number;
}

export interface Prepared {
  state: string;
  organizationId: string;
  local: Local;
  port: number;
}

/** Makes a state folder's database and organization, or reuses them. */
export async function migrated(state: string, port: number, builderUrl = 'http://127.0.0.1:1'): Promise<Prepared> {
  await mkdir(state, { recursive: true });
  const bundle = await workerBundle();
  const { admin_token } = await localSecrets(state);
  const reach = { url: `http://127.0.0.1:${port}`, admin_token, builder_url: builderUrl };
  const made = await withLocalDatabase({ state, bundle }, async (db) => {
    await migrate(db, 'migrations');
    return ensureLocalOrganization(db, state, reach);
  });
  return { state, port, ...made };
}

/** Fills a state folder, or reuses one that is already filled. */
export async function prepared({ folder, scale, seed, port }: Place): Promise<Prepared> {
  const state = join(folder, `scale-${scale}`);
  const made = await migrated(state, port);
  const marker = join(state, 'filled.json');
  if (existsSync(marker)) return { state, port, ...filledSchema.parse(JSON.parse(await readFile(marker, 'utf8'))) };
  const started = performance.now();
  const { organizationId, local } = made;
  fill(databaseFile(state), { organizationId, namespaceId: local.namespace_id, scale, seed, now: Date.now() });
  console.log(`filled at scale ${scale} in ${Math.round((performance.now() - started) / 1000)} s`);
  await writeFile(marker, JSON.stringify({ organizationId, local }));
  return { state, port, organizationId, local };
}

/** Starts the counting Worker. `explains` prints the Worker's logs, and `allowLoopback` lets it send requests to this machine. */
export async function started(
  { state, local, port }: Prepared,
  { allowLoopback = false, explains = false } = {},
): Promise<LocalWorker> {
  const { code, wasm } = await bundleModule('bench/growth/worker.ts');
  const secrets = await localSecrets(state);
  return startWorker({
    bundle: { ...(await workerBundle()), worker: code, wasm },
    port,
    state,
    builderUrls: [local.builder_url],
    secrets,
    verbose: explains,
    allowLoopback,
    bind: loopback,
    apiUrl: `http://${loopback}:${port}`,
    grantingOrganization: undefined,
    anonymousOrganization: undefined,
    hosts: '',
    onLine: (line) => void process.stderr.write(`${line}\n`),
  });
}

interface Sent {
  body?: unknown;
  operator?: true | undefined;
  headers?: Record<string, string>;
}

export function send(
  { local, port }: Pick<Prepared, 'local' | 'port'>,
  method: string,
  path: string,
  { body, operator, headers }: Sent = {},
): Promise<Response> {
  const token = operator ? local.admin_token : local.api_key;
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Returns the counts in the response's `x-d1` header. */
export function countsOf(response: Response): Counts {
  return countsSchema.parse(JSON.parse(response.headers.get('x-d1') ?? '{}'));
}

export function printTable(head: string[], rows: (string | number)[][]): void {
  console.log(`| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

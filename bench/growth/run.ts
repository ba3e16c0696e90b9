// Measures what Slipway's operations cost on a large database, beside the same on an empty one (design §9a):
// `node bench/growth/run.ts [--scale 0.1] [--seed 1] [--state FOLDER] [--port 18180]`. Rows are from D1's own `meta`, times are the
// shortest of five calls, which other work on the machine disturbs least. A state folder that is filled already is used again.
// `--explain NAME` prints the statements of an operation instead.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { withLocalDatabase } from '../../scripts/local/database.ts';
import { migrate } from '../../scripts/local/migrate.ts';
import { prepareRuntime } from '../../scripts/local/miniflare.ts';
import { ensureLocalOrganization, type Local } from '../../scripts/local/organization.ts';
import { localSecrets } from '../../scripts/local/secrets.ts';
import { startWorker } from '../../scripts/local/worker.ts';
import { bundleModule, workerBundle } from '../../scripts/local/worker-bundle.ts';
import { databaseFile, fill } from './fill.ts';
import { limitOf, type Operation, operations, type Target } from './operations.ts';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    state: { type: 'string', default: '/tmp/slipway-growth' },
    port: { type: 'string', default: '18180' },
    explain: { type: 'string' },
  },
});
const port = Number(options.port);
const repeats = 5;

const countsSchema = z.object({ read: z.number(), written: z.number(), statements: z.number(), trips: z.number() });
export type Counts = z.infer<typeof countsSchema>;
const stepsSchema = z.record(z.string(), countsSchema.extend({ ms: z.number(), error: z.string().optional() }));
const filledSchema = z.object({ organizationId: z.string(), local: z.custom<Local>() });

interface Measured extends Counts {
  status: number;
  ms: number;
}

async function prepared(scale: number): Promise<{ state: string; organizationId: string; local: Local }> {
  const state = join(options.state, `scale-${scale}`);
  await mkdir(state, { recursive: true });
  await prepareRuntime(state, 'python3');
  const bundle = await workerBundle();
  const secrets = await localSecrets(state);
  const reach = {
    url: `http://127.0.0.1:${port}`,
    admin_token: secrets.admin_token,
    builder_url: 'http://127.0.0.1:1',
  };
  const made = await withLocalDatabase({ state, bundle }, async (db) => {
    await migrate(db, 'migrations');
    return ensureLocalOrganization(db, state, reach);
  });
  const marker = join(state, 'filled.json');
  if (existsSync(marker)) return { state, ...filledSchema.parse(JSON.parse(await readFile(marker, 'utf8'))) };
  const started = performance.now();
  const { organizationId, local } = made;
  const plan = { organizationId, namespaceId: local.namespace_id, scale, seed: Number(options.seed), now: Date.now() };
  fill(databaseFile(state), plan);
  console.log(`filled at scale ${scale} in ${Math.round((performance.now() - started) / 1000)} s`);
  await writeFile(marker, JSON.stringify({ organizationId, local }));
  return { state, organizationId, local };
}

async function measuredAt(scale: number) {
  const { state, local, organizationId } = await prepared(scale);
  const bundle = { ...(await workerBundle()), ...(await growthWorker()) };
  const worker = await startWorker({
    bundle,
    port,
    state,
    builderUrl: local.builder_url,
    secrets: await localSecrets(state),
    allowLoopback: false,
    grantingOrganization: undefined,
    anonymousOrganization: undefined,
    hosts: '',
    verbose: options.explain !== undefined,
    onLine: (line) => (options.explain === undefined ? process.stderr : process.stdout).write(`${line}\n`),
    onRestart: () => {},
  });
  try {
    const target = await targetOf(local, organizationId);
    if (options.explain !== undefined) {
      await explain(local, target, options.explain);
      return { rows: new Map<string, Measured>(), steps: {} };
    }
    const rows = new Map<string, Measured>();
    for (let i = 0; i < repeats; i++)
      for (const operation of operations(target, `${Date.now()}_${i}`)) {
        const before = rows.get(operation.name);
        const one = await measure(local, operation);
        rows.set(operation.name, before ? { ...one, ms: Math.min(before.ms, one.ms) } : one);
      }
    const steps = [await sweepRows(), await sweepRows()];
    return { rows, steps: steps[1] ?? {} };
  } finally {
    await worker.dispose();
  }
}

async function growthWorker() {
  const { code, wasm } = await bundleModule('bench/growth/worker.ts');
  return { worker: code, wasm };
}

async function targetOf(local: Local, organizationId: string) {
  const space = `/v1/namespaces/${local.namespace_id}`;
  const answer = async (path: string): Promise<unknown> => (await send(local, 'GET', path)).json();
  const listed = z.looseObject({ results: z.array(z.looseObject({ deployment_id: z.string() })) });
  const endpoints = z.looseObject({ results: z.array(z.looseObject({ endpoint_id: z.string() })) });
  const [deployment] = listed.parse(await answer(`${space}/deployments?limit=1`)).results;
  const [endpoint] = endpoints.parse(await answer('/v1/webhooks')).results;
  if (!deployment || !endpoint) throw new Error('the database is not filled');
  return {
    namespaceId: local.namespace_id,
    deep: 'deep_ext_1_0_0',
    deploymentId: deployment.deployment_id,
    endpointId: endpoint.endpoint_id,
    organizationId,
  };
}

interface Sent {
  body?: unknown;
  operator?: true | undefined;
  headers?: Record<string, string>;
}

function send(local: Local, method: string, path: string, { body, operator, headers }: Sent = {}): Promise<Response> {
  const token = operator ? local.admin_token : local.api_key;
  return fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Prints the statements of the operations whose name begins so, each with the rows that it read. */
async function explain(local: Local, target: Target, beginning: string): Promise<void> {
  for (const { name, method, path, body, operator } of operations(target, `${Date.now()}`)) {
    if (!name.startsWith(beginning)) continue;
    console.log(`\n${name}: ${method} ${path}`);
    await (await send(local, method, path, { body, operator, headers: { 'x-explain': '1' } })).text();
  }
}

async function measure(local: Local, { method, path, body, operator }: Operation): Promise<Measured> {
  const started = performance.now();
  const response = await send(local, method, path, { body, operator });
  const text = await response.text();
  const ms = performance.now() - started;
  if (response.status >= 500) console.error(method, path, response.status, text.slice(0, 300));
  return { ...countsSchema.parse(JSON.parse(response.headers.get('x-d1') ?? '{}')), status: response.status, ms };
}

async function sweepRows() {
  return stepsSchema.parse(await (await fetch(`http://127.0.0.1:${port}/growth/sweep`)).json());
}

function table(head: string[], rows: (string | number)[][]): void {
  console.log(`| ${head.join(' | ')} |\n|${head.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

const scale = Number(options.scale);
const empty = await measuredAt(0);
const full = await measuredAt(scale);
const names = [...full.rows.keys()];
const byName = new Map(
  operations({ namespaceId: '', deep: '', deploymentId: '', endpointId: '', organizationId: '' }, '').map((one) => [
    one.name,
    one,
  ]),
);
table(
  [
    'operation',
    'status',
    'read, empty',
    `read, scale ${scale}`,
    'limit',
    '',
    'written',
    'trips',
    'ms, empty',
    `ms, scale ${scale}`,
  ],
  names.flatMap((name) => {
    const [before, after, operation] = [empty.rows.get(name), full.rows.get(name), byName.get(name)];
    if (!before || !after || !operation) return [];
    const limit = limitOf(operation, before.read);
    const verdict = after.read <= limit ? 'ok' : 'OVER';
    return [
      [
        name,
        after.status,
        before.read,
        after.read,
        limit,
        verdict,
        after.written,
        after.trips,
        before.ms.toFixed(1),
        after.ms.toFixed(1),
      ],
    ];
  }),
);
console.log('');
const total = (steps: Record<string, Counts>, of: 'read' | 'written') =>
  Object.values(steps).reduce((sum, step) => sum + step[of], 0);
table(
  ['step of an idle sweep', 'read, empty', `read, scale ${scale}`, 'written', 'statements', 'ms'],
  [
    ...Object.entries(full.steps).map(([name, step]) => [
      name,
      empty.steps[name]?.read ?? 0,
      step.read,
      step.written,
      step.statements,
      `${step.ms}${step.error ?? ''}`,
    ]),
    ['all', total(empty.steps, 'read'), total(full.steps, 'read'), total(full.steps, 'written'), '', ''],
  ],
);

// Compares the cost of Slipway's operations on a large and an empty database (design §9a): `node bench/growth/run.ts [--scale 0.1]
// [--seed 1] [--state FOLDER] [--port 18180]`. Row counts come from D1's `meta`. Each time is the shortest of five calls, the one least
// affected by other load. A filled state folder is reused. `--explain NAME` prints an operation's statements instead.
import { z } from 'zod';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { type Counts, countsOf, countsSchema, type Prepared, prepared, printTable, send, started } from './local.ts';
import { limitOf, type Operation, operations, type Target } from './operations.ts';

const usage = `node bench/growth/run.ts [OPTION...]

Measures operations on a large database. --explain NAME prints the statements of one.`;

const { values: options } = readCommandLine(usage, {
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

const stepsSchema = z.record(z.string(), countsSchema.extend({ ms: z.number(), error: z.string().optional() }));

interface Measured extends Counts {
  status: number;
  ms: number;
}

async function measuredAt(scale: number) {
  const place = await prepared({ folder: options.state, scale, seed: Number(options.seed), port });
  const worker = await started(place, { explains: options.explain !== undefined });
  try {
    const target = await targetOf(place);
    if (options.explain !== undefined) {
      await explain(place, target, options.explain);
      return { rows: new Map<string, Measured>(), steps: {} };
    }
    const rows = new Map<string, Measured>();
    for (let i = 0; i < repeats; i++)
      for (const operation of operations(target, `${Date.now()}_${i}`)) {
        const before = rows.get(operation.name);
        const one = await measure(place, operation);
        rows.set(operation.name, before ? { ...one, ms: Math.min(before.ms, one.ms) } : one);
      }
    const steps = [await sweepRows(), await sweepRows()];
    return { rows, steps: steps[1] ?? {} };
  } finally {
    await worker.dispose();
  }
}

async function targetOf(place: Prepared) {
  const { local, organizationId } = place;
  const space = `/v1/namespaces/${local.namespace_id}`;
  const answer = async (path: string): Promise<unknown> => (await send(place, 'GET', path)).json();
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

/** Prints the statements of the operations whose names start with `beginning`, with the number of rows each statement read. */
async function explain(place: Prepared, target: Target, beginning: string): Promise<void> {
  for (const { name, method, path, body, operator } of operations(target, `${Date.now()}`)) {
    if (!name.startsWith(beginning)) continue;
    console.log(`\n${name}: ${method} ${path}`);
    await (await send(place, method, path, { body, operator, headers: { 'x-explain': '1' } })).text();
  }
}

async function measure(place: Prepared, { method, path, body, operator }: Operation): Promise<Measured> {
  const started = performance.now();
  const response = await send(place, method, path, { body, operator });
  const text = await response.text();
  const ms = performance.now() - started;
  if (response.status >= 500) console.error(method, path, response.status, text.slice(0, 300));
  return { ...countsOf(response), status: response.status, ms };
}

async function sweepRows() {
  return stepsSchema.parse(await (await fetch(`http://127.0.0.1:${port}/growth/sweep`)).json());
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
printTable(
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
printTable(
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

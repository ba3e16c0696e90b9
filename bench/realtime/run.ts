// Compares realtime calls to one handler: through the Worker, directly to the instance, on Ray Serve and on uvicorn. See README.md.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { checkoutOf } from '../before.ts';
import { type Load, type Measured, measuredSchema } from './load.ts';
import { memoryOf } from './memory.ts';
import { type Handler, type Server, startRay, startSlipway, startUvicorn, type Target } from './servers.ts';

const usage = `node bench/realtime/run.ts [OPTION...]

Compares realtime calls with Ray Serve and uvicorn.`;

const { values } = readCommandLine(usage, {
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '3' },
    /** A commit, or another checkout's folder with its node_modules. */
    before: { type: 'string' },
    numpy: { type: 'boolean', default: false },
    only: { type: 'string', default: 'slipway,uvicorn,ray' },
    /** Also measures Slipway with this many handler processes. */
    replicas: { type: 'string' },
    /** Concurrent calls in each Slipway process. */
    concurrency: { type: 'string' },
    /** Number of redeploys under load. */
    redeploys: { type: 'string', default: '0' },
    calls: { type: 'string', default: '100000' },
    /** Bytes of extra numbers in each call. */
    more: { type: 'string', default: '0' },
  },
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);

function measure(target: Target, forSeconds: number): Measured {
  const load = JSON.stringify({ ...target, connections, seconds: forSeconds, more: Number(values.more) });
  return measuredSchema.parse(
    JSON.parse(execFileSync(process.execPath, ['bench/realtime/load.ts', load], { encoding: 'utf8' })),
  );
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function printMemory(): void {
  console.log(`\n${''.padEnd(26)}${'MiB in all'.padStart(12)}${'in Python'.padStart(12)}`);
  for (const { pid, targets } of servers) {
    const { totalMiB, pythonMiB } = memoryOf(pid);
    const [name = ''] = Object.keys(targets);
    console.log(`${name.padEnd(26)}${totalMiB.toFixed(0).padStart(12)}${pythonMiB.toFixed(0).padStart(12)}`);
  }
}

/** The other servers that can redeploy get a tenth of the calls. */
async function printRedeploys(rates: ReadonlyMap<string, number>): Promise<void> {
  console.log(`\n${'redeploys under load'.padEnd(26)}    calls   failed   p99 ms   each from request to promotion`);
  for (const server of servers) {
    const [name = '', target] = Object.entries(server.targets)[0] ?? [];
    if (!server.redeploy || !target) continue;
    const calls = Number(values.calls) / (name === 'Worker' ? 1 : 10);
    const plan = { redeploys: Number(values.redeploys), calls, connections, callsPerSecond: rates.get(name) ?? 1 };
    const { milliseconds, measured } = await measureRedeploys(server, target, plan);
    const cells = [measured.calls, measured.failed, measured.p99.toFixed(1)];
    const row = cells.map((cell) => String(cell).padStart(9)).join('');
    console.log(`${name.padEnd(26)}${row}   ${milliseconds.join(', ')} ms`);
  }
}

/** Stops servers that are done, so they don't slow down the others. */
async function stopPeers(): Promise<void> {
  for (const peer of servers.filter(({ redeploy }) => !redeploy)) {
    await peer.stop();
    servers.splice(servers.indexOf(peer), 1);
  }
}

const only = values.only.split(',');
const concurrency = values.concurrency === undefined ? {} : { max_concurrency: Number(values.concurrency) };
const handler: Handler = values.numpy
  ? { module: 'numpy_handler', dependencies: ['numpy==2.4.6'], serving: concurrency }
  : { module: 'handler', dependencies: [], serving: concurrency };
const servers: Server[] = [];
const before = values.before === undefined || existsSync(values.before) ? undefined : await checkoutOf(values.before);
try {
  const beforePath = before?.path ?? values.before;
  if (beforePath !== undefined) servers.push(await startSlipway(beforePath, 'Worker before', handler));
  if (only.includes('slipway')) servers.push(await startSlipway('.', 'Worker', handler));
  if (values.replicas !== undefined) {
    const serving = { ...concurrency, num_replicas: Number(values.replicas) };
    servers.push(await startSlipway('.', `Worker, ${values.replicas} processes`, { ...handler, serving }));
  }
  if (only.includes('uvicorn')) servers.push(await startUvicorn(handler));
  if (only.includes('ray')) servers.push(await startRay(handler));

  for (const { sandbox } of servers) if (sandbox !== undefined) console.log(`Confined by: ${sandbox}`);
  const targets = Object.assign({}, ...servers.map((server) => server.targets));
  const results = new Map<string, Measured[]>();
  for (const target of Object.values<Target>(targets)) measure(target, 2);
  const inOrder = Object.entries<Target>(targets);
  // Alternates the order, so that no server always runs first, while the CPU is still fast.
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, target] of round % 2 === 0 ? inOrder : inOrder.toReversed())
      results.set(name, [...(results.get(name) ?? []), measure(target, seconds)]);

  console.log(
    `${connections} connections, median of ${values.rounds} rounds of ${seconds} s, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  const rates = new Map([...results].map(([name, all]) => [name, median(all.map((one) => one.callsPerSecond))]));
  const base = rates.get('uvicorn') ?? rates.get('Worker') ?? 1;
  console.log(`${''.padEnd(26)}  calls/s   p50 ms   p99 ms   failed   ratio`);
  for (const [name, all] of results) {
    const rate = rates.get(name) ?? 0;
    const cells = [
      rate.toFixed(0),
      median(all.map((one) => one.p50)).toFixed(1),
      median(all.map((one) => one.p99)).toFixed(1),
      String(all.reduce((sum, one) => sum + one.failed, 0)),
      (rate / base).toFixed(2),
    ];
    console.log(`${name.padEnd(26)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  }
  const ray = rates.get('Ray Serve');
  const instance = rates.get('instance of Worker');
  if (ray && instance)
    console.log(`\nThe instance answers ${(instance / ray).toFixed(1)} times as many calls as Ray Serve.`);
  printMemory();
  if (Number(values.redeploys) > 0) {
    await stopPeers();
    await printRedeploys(rates);
  }
} finally {
  for (const server of servers) await server.stop();
  await before?.remove();
}
process.exit();

interface Redeploys {
  /** Times from request to promotion, as the server records them. */
  milliseconds: number[];
  measured: Measured;
}

/** Makes at least `calls` calls and spreads the redeploys evenly over their expected duration at `callsPerSecond`. */
async function measureRedeploys(
  { redeploy }: Pick<Server, 'redeploy'>,
  target: Target,
  plan: { redeploys: number; calls: number; callsPerSecond: number; connections: number },
): Promise<Redeploys> {
  if (!redeploy) throw new Error('this server is not redeployed');
  const { redeploys, calls, callsPerSecond, connections } = plan;
  const load = startLoad({ ...target, connections, calls });
  const printed = text(load.stdout);
  try {
    const milliseconds: number[] = [];
    for (let count = 0; count < redeploys; count++) {
      await delay((1000 * calls) / callsPerSecond / (redeploys + 1));
      milliseconds.push(await redeploy());
    }
    load.stdin.end();
    return { milliseconds, measured: measuredSchema.parse(JSON.parse(await printed)) };
  } finally {
    load.kill();
  }
}

function startLoad(load: Load): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['bench/realtime/load.ts', JSON.stringify(load)]);
  child.stderr.pipe(process.stderr);
  return child;
}

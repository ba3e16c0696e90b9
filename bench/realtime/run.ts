// Compares realtime calls to one handler: through the Worker, through a Worker that does nothing else, directly to the instance, on Ray
// Serve and on uvicorn. See README.md.
import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { checkoutOf } from '../before.ts';
import type { Measured } from './load.ts';
import type { Handler, PythonHandler } from './plugins.ts';
import { memoryOf, workerdMs } from './processes.ts';
import { printRedeploys } from './redeploys.ts';
import { type Server, startFloor, startRay, startSlipway, startUvicorn, type Target } from './servers.ts';
import { median, resultOf, startLoad } from './start-load.ts';

const usage = `node bench/realtime/run.ts [OPTION...]

Compares realtime calls with Ray Serve and uvicorn.`;

const { values } = readCommandLine(usage, {
  options: {
    seconds: { type: 'string', default: '5' },
    /** Numbers of connections, with commas. */
    connections: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '3' },
    /** A commit, or another checkout's folder with its node_modules. */
    before: { type: 'string' },
    /** Kind of the plugin that Slipway runs: `extractor`, `go` or `go-isolate`. */
    kind: { type: 'string', default: 'extractor' },
    numpy: { type: 'boolean', default: false },
    only: { type: 'string', default: 'slipway,uvicorn,ray' },
    /** Also measures Slipway with this many handler processes. */
    replicas: { type: 'string' },
    /** Concurrent calls in each Slipway process. */
    concurrency: { type: 'string' },
    /** Number of redeploys under load. */
    redeploys: { type: 'string', default: '0' },
    calls: { type: 'string', default: '100000' },
    /** Bytes of extra numbers in each call, with commas. */
    more: { type: 'string', default: '0' },
  },
});
const seconds = Number(values.seconds);
const numbers = (text: string) => text.split(',').map(Number);

interface Load {
  connections: number;
  more: number;
}

interface Result extends Measured {
  /** Processor time of workerd. */
  workerdMs: number;
}

const only = values.only.split(',');
const concurrency = values.concurrency === undefined ? {} : { max_concurrency: Number(values.concurrency) };
const python: PythonHandler = values.numpy
  ? { module: 'numpy_handler', dependencies: ['numpy==2.4.6'], serving: concurrency }
  : { module: 'handler', dependencies: [], serving: concurrency };
const handler = handlerOf(values.kind);
const servers: Server[] = [];
const before = values.before === undefined || existsSync(values.before) ? undefined : await checkoutOf(values.before);
try {
  await startServers(before?.path ?? values.before);
  for (const { sandbox } of servers) if (sandbox !== undefined) console.log(`Confined by: ${sandbox}`);
  console.log(`${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}`);
  let rates = new Map<string, number>();
  for (const more of numbers(values.more))
    for (const connections of numbers(values.connections))
      rates = printResults(await measureAll({ connections, more }));
  printMemory();
  if (Number(values.redeploys) > 0) {
    await stopPeers();
    const [connections = 1] = numbers(values.connections);
    const plan = { redeploys: Number(values.redeploys), calls: Number(values.calls), connections };
    await printRedeploys(servers, { ...plan, callsPerSecond: rates });
  }
} finally {
  for (const server of servers) await server.stop();
  await before?.remove();
}
process.exit();

function handlerOf(kind: string): Handler {
  if (kind === 'extractor') return python;
  if (kind === 'go') return { placement: 'container' };
  if (kind === 'go-isolate') return { placement: 'isolate' };
  throw new Error(`--kind ${kind} is none of extractor, go and go-isolate`);
}

async function startServers(beforePath: string | undefined): Promise<void> {
  if (beforePath !== undefined) servers.push(await startSlipway(beforePath, 'Worker before', handler));
  if (only.includes('slipway')) {
    const slipway = await startSlipway('.', 'Worker', handler);
    servers.push(slipway);
    const { Worker: worker, 'instance of Worker': instance } = slipway.targets;
    if (worker && instance) servers.push(await startFloor(worker, instance));
  }
  if (values.replicas !== undefined) {
    const serving = { ...concurrency, num_replicas: Number(values.replicas) };
    servers.push(await startSlipway('.', `Worker, ${values.replicas} processes`, { ...python, serving }));
  }
  if (only.includes('uvicorn')) servers.push(await startUvicorn(python));
  if (only.includes('ray')) servers.push(await startRay(python));
}

/** Alternates the order, so that no server always runs first, while the CPU is still fast. */
async function measureAll(load: Load): Promise<Map<string, Result[]>> {
  console.log(`\n${load.more} bytes more, ${load.connections} connections, ${values.rounds} rounds of ${seconds} s`);
  const inOrder = servers.flatMap(({ pid, targets }) =>
    Object.entries(targets).map(([name, target]) => ({ name, pid, target })),
  );
  for (const { target } of inOrder) await measure(target, load, 2);
  const results = new Map<string, Result[]>();
  for (let round = 0; round < Number(values.rounds); round++)
    for (const { name, pid, target } of round % 2 === 0 ? inOrder : inOrder.toReversed()) {
      const from = workerdMs(pid);
      const measured = await measure(target, load, seconds);
      const result = { ...measured, workerdMs: workerdMs(pid) - from };
      results.set(name, [...(results.get(name) ?? []), result]);
    }
  return results;
}

function measure(target: Target, load: Load, forSeconds: number): Promise<Measured> {
  return resultOf(startLoad({ ...target, ...load, seconds: forSeconds }));
}

/** Prints the medians. Returns the calls per second of each target. */
function printResults(results: ReadonlyMap<string, Result[]>): Map<string, number> {
  const rates = new Map([...results].map(([name, all]) => [name, median(all.map((one) => one.callsPerSecond))]));
  const shareOf = (rate: number, name: string) => (rates.has(name) ? (rate / (rates.get(name) ?? 1)).toFixed(2) : '');
  const titles = ['calls/s', 'p50 ms', 'p99 ms', 'failed', '× floor', '× before', '× Ray', 'CPU ms'];
  console.log(`${''.padEnd(26)}${titles.map((title) => title.padStart(9)).join('')}`);
  for (const [name, all] of results) {
    const rate = rates.get(name) ?? 0;
    const calls = all.reduce((sum, one) => sum + one.calls, 0);
    const cells = [
      rate.toFixed(0),
      median(all.map((one) => one.p50)).toFixed(1),
      median(all.map((one) => one.p99)).toFixed(1),
      String(all.reduce((sum, one) => sum + one.failed, 0)),
      ...['Floor', 'Worker before', 'Ray Serve'].map((other) => shareOf(rate, other)),
      (all.reduce((sum, one) => sum + one.workerdMs, 0) / calls).toFixed(3),
    ];
    console.log(`${name.padEnd(26)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  }
  return rates;
}

function printMemory(): void {
  console.log(`\n${''.padEnd(26)}${'MiB in all'.padStart(12)}${'in Python'.padStart(12)}`);
  for (const { pid, targets } of servers) {
    const { totalMiB, pythonMiB } = memoryOf(pid);
    const [name = ''] = Object.keys(targets);
    console.log(`${name.padEnd(26)}${totalMiB.toFixed(0).padStart(12)}${pythonMiB.toFixed(0).padStart(12)}`);
  }
}

/** Stops servers that are done, so they don't slow down the others. */
async function stopPeers(): Promise<void> {
  for (const peer of servers.filter(({ redeploy }) => !redeploy)) {
    await peer.stop();
    servers.splice(servers.indexOf(peer), 1);
  }
}

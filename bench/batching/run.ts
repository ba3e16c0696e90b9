// Compares calls of one model: in Slipway without and with batching, in Ray Serve's @serve.batch, and in BentoML. See README.md.
import { availableParallelism, loadavg } from 'node:os';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import type { Measured } from '../realtime/load.ts';
import type { Target } from '../realtime/servers.ts';
import { median, resultOf, startLoad } from '../realtime/start-load.ts';
import { printLoneCalls } from './lone.ts';
import { preparePrograms, type Started, startBento, startRay, startSlipway } from './servers.ts';

const usage = `node bench/batching/run.ts [OPTION...]

Compares batched calls with Ray Serve and BentoML.`;

const { values } = readCommandLine(usage, {
  options: {
    seconds: { type: 'string', default: '2.5' },
    rounds: { type: 'string', default: '3' },
    /** Numbers of callers, with commas. */
    callers: { type: 'string', default: '1,8,64' },
    /** Most calls of a batch. */
    size: { type: 'string', default: '32' },
    only: { type: 'string', default: 'slipway,ray,bento' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const warmUpSeconds = 1.5;
const unbatched = 'Slipway without batching';
const batched = 'Slipway with batching';

type Results = ReadonlyMap<string, Measured[]>;

const only = values.only.split(',');
const started: Started[] = [];
const programs = await preparePrograms(Number(values.size));
try {
  const slipway = await startSlipway(programs);
  started.push(slipway);
  if (only.includes('ray')) started.push(await startRay(programs));
  if (only.includes('bento')) started.push(await startBento(programs));
  console.log(`${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}, ${programs.model}`);
  const targets = Object.assign({}, ...started.map((one) => one.targets));
  for (const callers of values.callers.split(',').map(Number))
    printResults(callers, await measureAll(targets, callers));
  await printLoneCalls('model', slipway.targets);
  await printLoneCalls('handler that does nothing', slipway.trivial);
} finally {
  for (const one of started) await one.stop();
  await programs.remove();
}
process.exit();

/** Alternates the order, so that no server always runs first. */
async function measureAll(targets: Record<string, Target>, callers: number): Promise<Results> {
  const inOrder = Object.entries(targets);
  for (const [, target] of inOrder) await measure(target, callers, warmUpSeconds);
  const results = new Map<string, Measured[]>(inOrder.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, target] of round % 2 === 0 ? inOrder : inOrder.toReversed())
      results.get(name)?.push(await measure(target, callers, seconds));
  return results;
}

function measure(target: Target, callers: number, forSeconds: number): Promise<Measured> {
  return resultOf(startLoad({ ...target, connections: callers, seconds: forSeconds }));
}

function printResults(callers: number, results: Results): void {
  const titles = ['calls/s', 'p50 ms', 'p95 ms', 'p99 ms', 'batch', 'failed', '× without'];
  console.log(`\n${`${callers} callers`.padEnd(26)}${titles.map((title) => title.padStart(10)).join('')}`);
  const rates = new Map([...results].map(([name, all]) => [name, median(all.map((one) => one.callsPerSecond))]));
  for (const [name, all] of results) {
    const middle = (of: (one: Measured) => number) => median(all.map(of)).toFixed(1);
    const cells = [
      middle((one) => one.callsPerSecond),
      middle((one) => one.p50),
      middle((one) => one.p95),
      middle((one) => one.p99),
      middle((one) => one.meanBatch),
      String(all.reduce((sum, one) => sum + one.failed, 0)),
      ((rates.get(name) ?? 0) / (rates.get(unbatched) ?? 0)).toFixed(2),
    ];
    console.log(`${name.padEnd(26)}${cells.map((cell) => cell.padStart(10)).join('')}`);
  }
  const peers = [...rates].filter(([name]) => name !== unbatched && name !== batched);
  const best = Math.max(...peers.map(([, rate]) => rate));
  if (peers.length > 0)
    console.log(
      `Slipway with batching is ${((rates.get(batched) ?? 0) / best).toFixed(2)} times as fast as the better peer`,
    );
}

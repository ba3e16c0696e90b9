// Compares examples/clip_search on a GPU that Slipway lends with plain Ray Serve, and a run with a plain loop. See README.md.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderVariables, requireCard } from '../../scripts/gpu/folder.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import type { Measured } from '../realtime/load.ts';
import type { Target } from '../realtime/servers.ts';
import { median, resultOf, startLoad } from '../realtime/start-load.ts';
import { runRows } from '../runs/run-rows.ts';
import { installPeers, type Sizes, type SlipwayOnGpu, startRay, startSlipway } from './servers.ts';

const usage = `node bench/gpu/run.ts [OPTION...]

Compares calls and runs on a GPU with Ray Serve and a plain loop.`;

const { values } = readCommandLine(usage, {
  options: {
    /** Folder of packages that scripts/gpu/prepare.ts filled. */
    folder: { type: 'string' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '1,16,64' },
    /** Most calls of a batch. */
    size: { type: 'string', default: '32' },
    rows: { type: 'string', default: '20000' },
    'batch-size': { type: 'string', default: '256' },
  },
});
const sizes: Sizes = { calls: Number(values.size), rows: Number(values['batch-size']) };
const seconds = Number(values.seconds);
const warmUpSeconds = 1;
const run = promisify(execFile);

requireCard();
if (values.folder !== undefined) Object.assign(process.env, folderVariables(values.folder));
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-gpu-'));
const model = join(folder, 'clip.safetensors');
const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  const slipway = await startSlipway(model, sizes);
  stops.push(slipway.stop);
  const peers = await installPeers();
  await compareRows(slipway, peers);
  const ray = await startRay(model, sizes, peers);
  stops.push(ray.stop);
  for (const connections of values.connections.split(',').map(Number))
    await compareCalls({ ...slipway.targets, ...ray.targets }, connections, slipway.card);
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.exit();

/** Sends each program the same rows, in one process and with batches of one size. Counts its start. */
async function compareRows(slipway: SlipwayOnGpu, { env, python }: Awaited<ReturnType<typeof installPeers>>) {
  const examples = (await readFile('examples/clip_search/tests/images.jsonl', 'utf8')).trim().split('\n');
  const rows = Array.from({ length: Number(values.rows) }, (_, n) => examples[n % examples.length]);
  const file = join(folder, 'rows.jsonl');
  await writeFile(file, `${rows.join('\n')}\n`);
  const timed = await runRows(slipway.local, slipway.pluginId, file, 1);
  const startedAt = performance.now();
  const args = ['bench/gpu/plain_loop.py', file, join(folder, 'out.jsonl'), model, String(sizes.rows)];
  await run(python, args, { env });
  const loop = (performance.now() - startedAt) / 1000;
  print('', [`${rows.length} rows`, 'seconds', 'rows/s', '× loop']);
  for (const [name, took] of Object.entries({ 'Slipway, a run': timed.seconds, 'plain loop': loop }))
    print(slipway.card, [name, took.toFixed(1), (rows.length / took).toFixed(0), (loop / took).toFixed(2)]);
}

/** Alternates the order, so that no server always runs first. */
async function compareCalls(targets: Record<string, Target>, connections: number, card: string) {
  const inOrder = Object.entries(targets);
  const results = new Map<string, Measured[]>(inOrder.map(([name]) => [name, []]));
  const measure = (target: Target, forSeconds: number) =>
    resultOf(startLoad({ ...target, connections, seconds: forSeconds }));
  for (const [, target] of inOrder) await measure(target, warmUpSeconds);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, target] of round % 2 === 0 ? inOrder : inOrder.toReversed())
      results.get(name)?.push(await measure(target, seconds));
  print('', [`${connections} connections`, 'calls/s', 'p50 ms', 'p99 ms', 'batch', 'failed']);
  for (const [name, all] of results) {
    const middle = (of: (one: Measured) => number) => median(all.map(of)).toFixed(1);
    const failed = all.reduce((sum, one) => sum + one.failed, 0);
    const times = [middle((one) => one.callsPerSecond), middle((one) => one.p50), middle((one) => one.p99)];
    print(card, [name, ...times, middle((one) => one.meanBatch), String(failed)]);
  }
}

function print(card: string, [name = '', ...cells]: string[]): void {
  console.log(`${card.padEnd(24)}${name.padEnd(26)}${cells.map((cell) => cell.padStart(10)).join('')}`);
}

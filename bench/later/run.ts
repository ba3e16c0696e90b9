// Measures later calls: how many Slipway accepts and completes a second, with its state in different folders. See README.md.
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Local } from '../../scripts/local/organization.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { type LocalServer, startLocalServer } from '../local-server.ts';
import type { Measured } from '../realtime/load.ts';
import { deploy } from '../realtime/plugins.ts';
import { workerdMs } from '../realtime/processes.ts';
import { type Target, workerTarget } from '../realtime/servers.ts';
import { median, resultOf, startLoad } from '../realtime/start-load.ts';

const usage = `node bench/later/run.ts [OPTION...]

Measures calls with Prefer: respond-async.`;

const { values } = readCommandLine(usage, {
  options: {
    /** Folders for Slipway's state, with commas. */
    state: { type: 'string', default: `${tmpdir()},/dev/shm` },
    /** Numbers of connections, with commas. */
    connections: { type: 'string', default: '1,10,100' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
  },
});
const pollMs = 50;

interface Place {
  folder: string;
  server: LocalServer;
  target: Target;
}

interface Result extends Measured {
  completedPerSecond: number;
  /** Processor time of workerd per call, from acceptance to completion. */
  workerdMs: number;
}

const places: Place[] = [];
try {
  for (const folder of values.state.split(',')) places.push(await startIn(folder));
  for (const connections of values.connections.split(',').map(Number)) printResults(await measureAll(connections));
} finally {
  for (const { server } of places) await server.stop();
}

async function startIn(folder: string): Promise<Place> {
  const server = await startLocalServer({ stateParent: folder });
  const deployed = await deploy(server.local, { module: 'handler', dependencies: [] });
  const { headers, ...target } = workerTarget(server.local, deployed);
  const later = { headers: { ...headers, prefer: 'respond-async' }, expected: '"status":"queued"' };
  return { folder, server, target: { ...target, ...later } };
}

/** Alternates the order of the folders. */
async function measureAll(connections: number): Promise<Map<string, Result[]>> {
  console.log(`\n${connections} connections, ${values.rounds} rounds of ${values.seconds} s`);
  for (const place of places) await measure(place, { connections, seconds: 1 });
  const results = new Map<string, Result[]>(places.map(({ folder }) => [folder, []]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const place of round % 2 === 0 ? places : places.toReversed())
      results.get(place.folder)?.push(await measure(place, { connections, seconds: Number(values.seconds) }));
  return results;
}

async function measure(
  { server: { local, pid }, target }: Place,
  load: { connections: number; seconds: number },
): Promise<Result> {
  const cpuBefore = workerdMs(pid);
  const startedAt = performance.now();
  const measured = await resultOf(startLoad({ ...target, ...load, status: 202 }));
  await untilCompleted(local);
  const accepted = measured.calls - measured.failed;
  return {
    ...measured,
    completedPerSecond: (1000 * accepted) / (performance.now() - startedAt),
    workerdMs: (workerdMs(pid) - cpuBefore) / accepted,
  };
}

async function untilCompleted({ api_key: apiKey, url: baseUrl }: Local): Promise<void> {
  const client = new SlipwayClient({ baseUrl, apiKey });
  for (const status of ['queued', 'running'] as const)
    while ((await client.get('/v1/calls', { query: { status, limit: 1 } })).results.length > 0) await delay(pollMs);
}

function printResults(results: ReadonlyMap<string, Result[]>): void {
  const titles = ['accepted/s', 'p50 ms', 'p99 ms', 'failed', 'completed/s', 'CPU ms'];
  console.log(`${'state in'.padEnd(26)}${titles.map((title) => title.padStart(12)).join('')}`);
  for (const [folder, all] of results) {
    const of = (figure: keyof Result) => median(all.map((one) => one[figure]));
    const cells = [
      of('callsPerSecond').toFixed(0),
      of('p50').toFixed(1),
      of('p99').toFixed(1),
      String(all.reduce((sum, { failed }) => sum + failed, 0)),
      of('completedPerSecond').toFixed(0),
      of('workerdMs').toFixed(2),
    ];
    console.log(`${folder.padEnd(26)}${cells.map((cell) => cell.padStart(12)).join('')}`);
  }
}

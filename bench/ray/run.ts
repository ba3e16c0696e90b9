// Compares calls to one handler on one Ray cluster: through Slipway's adapter, through a plain Ray Serve deployment, and through the
// Worker. See README.md.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { deployAndWait, ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { packRealtime } from '../../scripts/demo/pack.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { withLocalRay } from '../local-ray.ts';
import { type Load, type Measured, measuredSchema } from '../realtime/load.ts';
import { servePlain } from './plain.ts';

const usage = `node bench/ray/run.ts [OPTION...]

Compares calls of one handler on one Ray.`;

const { values } = readCommandLine(usage, {
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '1,16' },
    rounds: { type: 'string', default: '5' },
  },
});
const startMs = 300_000;
const inputs = { text: 'A slipway lets a ship go gently from dry land into the water.' };
const expected = `"length":${inputs.text.length}`;
const json = { 'content-type': 'application/json' };
type Target = Pick<Load, 'url' | 'headers' | 'body' | 'expected'>;

const handlerText = await readFile('bench/realtime/handler.py', 'utf8');

/** Deploys the handler to Ray and returns the deployment ID. */
async function deploy(client: ExtractorClient): Promise<string> {
  const more = 'output_schema = {"score": {"type": "number"}}\nserve_config = {"placement": "ray", "num_cpus": 0.5}\n';
  await client.publish('bench', '1.0.0', await packRealtime('bench', '1.0.0', handlerText, more));
  return deployAndWait(client, 'bench_1_0_0', startMs);
}

async function targetsOf(local: Local, state: string, serve: string): Promise<Record<string, Target>> {
  const client = new ExtractorClient(local);
  const id = await deploy(client);
  const text = await readFile(join(state, 'secrets.json'), 'utf8');
  const { data_kek: dataKey } = z.object({ data_kek: z.string() }).parse(JSON.parse(text));
  // Derives the key as src/features/clusters/ray/place.ts does. That file can't be imported here: it needs modules that only the Worker has.
  const key = { 'slipway-key': createHmac('sha256', dataKey).update(`ray-route/${id}`).digest('hex') };
  const body = JSON.stringify({ inputs, parameters: {} });
  return {
    adapter: { url: `${serve}/slipway-${id}`, headers: { ...json, ...key }, body, expected },
    'plain Ray Serve': { url: `${serve}/plain`, headers: json, body, expected },
    Worker: {
      url: `${local.url}${client.path('bench_1_0_0', 'realtime', 'test')}`,
      headers: { ...json, authorization: `Bearer ${local.api_key}` },
      body,
      expected,
    },
  };
}

function measure(target: Target, connections: number): Measured {
  const load = { ...target, connections, seconds: Number(values.seconds) };
  const output = execFileSync(process.execPath, ['bench/realtime/load.ts', JSON.stringify(load)], { encoding: 'utf8' });
  return measuredSchema.parse(JSON.parse(output));
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

/** Alternates the order, so that no target is always measured first. */
function compare(targets: Record<string, Target>, connections: number): void {
  const inOrder = Object.entries(targets);
  const results = new Map(inOrder.map(([name]): [string, Measured[]] => [name, []]));
  for (const [, target] of inOrder) measure(target, connections);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [name, target] of round % 2 === 0 ? inOrder : inOrder.toReversed())
      results.get(name)?.push(measure(target, connections));
  const { rounds, seconds } = values;
  const machine = `${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}`;
  console.log(`\nconnections: ${connections}; median of ${rounds} rounds of ${seconds} s, ${machine}\n`);
  console.log(`${''.padEnd(18)}  calls/s   p50 ms   p99 ms   failed    ratio`);
  const rateOf = (name: string) => median((results.get(name) ?? []).map((one) => one.callsPerSecond));
  for (const [name, all] of results) {
    const cells = [
      rateOf(name).toFixed(0),
      median(all.map((one) => one.p50)).toFixed(1),
      median(all.map((one) => one.p99)).toFixed(1),
      String(all.reduce((sum, one) => sum + one.failed, 0)),
      (rateOf(name) / rateOf('plain Ray Serve')).toFixed(2),
    ];
    console.log(`${name.padEnd(18)}${cells.map((cell) => cell.padStart(9)).join('')}`);
  }
}

await withLocalRay(4, async (local, { head, serveUrl, state }) => {
  const targets = await targetsOf(local, state, serveUrl);
  await servePlain(head, handlerText);
  for (const connections of values.connections.split(',')) compare(targets, Number(connections));
});

// Changes the scan level of an organization with many versions, whose bytes are known, and waits until all are evaluated again: `node
// bench/growth/rescan.ts [--scale 1] [--state FOLDER] [--port 18183]`. Prints the time, the rows per version, and the GET time before
// and during the rescan. Fails if it takes over ten minutes at scale 1, or if GETs take more than twice as long (design §9a).
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { tickClock } from '../../scripts/local/clock.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { type Counts, countsOf, countsSchema, type Prepared, prepared, printTable, send, started } from './local.ts';

const usage = `node bench/growth/rescan.ts [OPTION...]

Evaluates all versions again after a change of the scan level.`;

const { values: options } = readCommandLine(usage, {
  options: {
    scale: { type: 'string', default: '1' },
    state: { type: 'string', default: '/tmp/slipway-growth' },
    port: { type: 'string', default: '18183' },
  },
});
const scale = Number(options.scale);
const longestMs = 600_000 * Math.max(scale, 0.1);
const tickEveryMs = 10_000;
const getEveryMs = 100;
const policySchema = z.looseObject({ level: z.string(), versions_to_judge: z.int() });

async function policyOf(place: Prepared) {
  return policySchema.parse(await (await send(place, 'GET', '/v1/scan-policy')).json());
}

async function consumedRows({ port }: Prepared): Promise<Counts> {
  return countsSchema.parse(await (await fetch(`http://127.0.0.1:${port}/growth/queue`)).json());
}

/** Returns the time of a GET of one version. */
async function timeOfGet(place: Prepared): Promise<number> {
  const from = performance.now();
  const response = await send(place, 'GET', `/v1/namespaces/${place.local.namespace_id}/plugins/deep_ext_1_0_0`);
  await response.text();
  if (!response.ok) throw new Error(`GET answered ${response.status}`);
  return performance.now() - from;
}

function median(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

async function measured(place: Prepared, tick: () => Promise<unknown>): Promise<boolean> {
  const before: number[] = [];
  for (let i = 0; i < 100; i++) before.push(await timeOfGet(place));
  const level = (await policyOf(place)).level === 'seed' ? 'strict' : 'seed';
  const rowsBefore = await consumedRows(place);
  const from = performance.now();
  const changed = await send(place, 'PUT', '/v1/scan-policy', { body: { level } });
  const { versions_to_judge: versions } = policySchema.parse(await changed.json());
  const meanwhile: number[] = [];
  let tickedAt = from;
  let left = versions;
  while (left > 0 && performance.now() - from < 2 * longestMs) {
    meanwhile.push(await timeOfGet(place));
    if (performance.now() - tickedAt > tickEveryMs) {
      tickedAt = performance.now();
      await tick();
    }
    if (meanwhile.length % 10 === 0) left = (await policyOf(place)).versions_to_judge;
    await delay(getEveryMs);
  }
  const tookMs = performance.now() - from;
  const rows = await consumedRows(place);
  const perVersion = (of: 'read' | 'written') => ((rows[of] - rowsBefore[of]) / Math.max(1, versions)).toFixed(1);
  printTable(
    [
      'versions',
      'left',
      'seconds',
      'read per version',
      'written per version',
      'PUT: read',
      'written',
      'p50 of a GET before',
      'meanwhile',
    ],
    [
      [
        versions,
        left,
        (tookMs / 1000).toFixed(1),
        perVersion('read'),
        perVersion('written'),
        countsOf(changed).read,
        countsOf(changed).written,
        `${median(before).toFixed(1)} ms`,
        `${median(meanwhile).toFixed(1)} ms`,
      ],
    ],
  );
  return left === 0 && tookMs <= longestMs && median(meanwhile) <= 2 * median(before);
}

const place = await prepared({ folder: options.state, scale, seed: 1, port: Number(options.port) });
const worker = await started(place);
const tick = () => tickClock({ url: worker.clockUrl, adminToken: place.local.admin_token, pid: process.pid });
try {
  process.exitCode = (await measured(place, tick)) ? 0 : 1;
} finally {
  await worker.dispose();
}

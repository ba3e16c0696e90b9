// Measures what organizations notice of a bad neighbor: `node bench/neighbors/run.ts [--only NAME] [--seconds 8]`. Another organization's
// calls before, while and after the neighbor takes all that it can of one shared thing. See README.md.
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { withLocalServer } from '../local-server.ts';
import { controls, type Neighbor, neighbors } from './neighbors.ts';
import { Tenant } from './tenant.ts';

const usage = `node bench/neighbors/run.ts [OPTION...]

Measures an organization's calls beside a neighbor that takes all that it can.`;

const { values } = readCommandLine(usage, {
  options: { only: { type: 'string', multiple: true }, seconds: { type: 'string', default: '8' } },
});
const duringMs = Number(values.seconds) * 1000;
const besideMs = 4_000;
/** A crowd of 200 gathers in this time. */
const gatheringMs = 4_000;
/** A neighbor's work that has begun ends in this time, so that it isn't measured as the next one's. */
const calmMs = 5_000;

const outcomes = z.array(z.object({ status: z.union([z.number(), z.string()]), tookMs: z.number() }));

class Caller {
  readonly #thread: Worker;

  constructor(tenant: Tenant, slug: string) {
    const workerData = {
      url: `${tenant.url}${tenant.plugins}/by-name/${slug}/realtime`,
      headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/json' },
    };
    this.#thread = new Worker(new URL('./caller.ts', import.meta.url), { workerData });
  }

  /** Returns the median and the 99th percentile in milliseconds, with the number of failed calls if there are any. */
  async measure(ms: number): Promise<string> {
    this.#thread.postMessage('start');
    await delay(ms);
    const answered = new Promise((resolve) => this.#thread.once('message', resolve));
    this.#thread.postMessage('stop');
    const calls = outcomes.parse(await answered);
    const times = calls.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
    const at = (part: number) => (times[Math.floor(times.length * part)] ?? 0).toFixed(0);
    const failed = calls.filter(({ status }) => status !== 200).length;
    return `${at(0.5)} / ${at(0.99)}${failed > 0 ? `, ${failed} failed` : ''}`;
  }

  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}

async function beside(neighbor: Neighbor, tenant: Tenant, caller: Caller): Promise<string> {
  const harm = await neighbor.prepare(tenant);
  const before = await caller.measure(besideMs);
  const end = new AbortController();
  const harming = harm(end.signal);
  await delay(gatheringMs);
  const during = await caller.measure(duringMs);
  end.abort();
  await Promise.race([harming, delay(calmMs)]);
  const after = await caller.measure(besideMs);
  const statuses = Object.entries(tenant.statuses).map(([status, count]) => `${count} × ${status}`);
  return `| ${neighbor.takes} | ${before} | ${during} | ${after} | ${statuses.join(', ')} |`;
}

await withLocalServer(
  async (local) => {
    const good = await Tenant.create(local, 'good');
    await good.deploy(await good.publish('neighbor', '1.0.0'));
    const caller = new Caller(good, 'neighbor');
    await caller.measure(besideMs);
    console.log('| the neighbor takes | before, p50 / p99 ms | during | after | its answers |\n|---|---|---|---|---|');
    const chosen = [...controls, ...neighbors].filter(
      ({ takes }) => !values.only || values.only.some((one) => takes.includes(one)),
    );
    for (const [nth, neighbor] of chosen.entries())
      console.log(await beside(neighbor, await Tenant.create(local, `bad${nth}`), caller));
    await caller.end();
  },
  { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } },
);
process.exit();

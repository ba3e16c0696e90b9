// Counts what one invocation of a route or message reads and writes in D1, and the processor time that it takes: of workerd as a whole, with
// the database and the store, so that the Worker's own is less. README.md describes it.
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { FarClient } from './far-client.ts';
import { withFarAwayServer } from './local.ts';
import { archiveOf, call, callByVersion, live, nextVersion, prepare } from './operations.ts';

const usage = `node bench/distance/invocations.ts

Counts what one invocation reads and writes.`;

readCommandLine(usage, { options: {} });

/** The platform's limit of processor time as wrangler.toml sets it, in ms. */
const cpuLimitMs = 120_000;
const tickMs = 10;
const uploadSchema = z.object({ upload_id: z.string(), presigned_url: z.string() });
const pendingSchema = z.looseObject({ validation_status: z.string().optional() });

/** Processor time of workerd, this process's child, in ms. */
async function workerdMs(): Promise<number> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [name = ''] = /\(.*\)/.exec(stat) ?? [];
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (name === '(workerd)' && Number(fields[1]) === process.pid)
      return (Number(fields[11]) + Number(fields[12])) * tickMs;
  }
  throw new Error('workerd does not run');
}

interface Measured {
  what: string;
  times: number;
  /** Invocations of each time. */
  invocations?: number;
}

/** Runs the work so many times, each after its preparation, and prints the mean of an invocation. */
async function measure<Prepared>(
  client: FarClient,
  { what, times, invocations = 1 }: Measured,
  [prepareOne, work]: [() => Promise<Prepared>, (prepared: Prepared) => Promise<unknown>],
): Promise<void> {
  const sum = { read: 0, written: 0, ms: 0 };
  for (let i = -1; i < times; i++) {
    const prepared = await prepareOne();
    await quiet(client);
    const before = await workerdMs();
    await work(prepared);
    const spent = await quiet(client);
    if (i < 0) continue; // the first compiles
    sum.read += spent.read;
    sum.written += spent.written;
    sum.ms += (await workerdMs()) - before;
  }
  const means = [sum.read, sum.written, sum.ms].map((total) => Number((total / times / invocations).toFixed(1)));
  const part = (100 * sum.ms) / times / invocations / cpuLimitMs;
  console.log(`| ${what} | ${means.join(' | ')} | ${part.toFixed(3)} % |`);
}

/** Waits until what was left behind an answer is over, and returns what was spent. */
async function quiet(client: FarClient) {
  const sum = { read: 0, written: 0 };
  for (let still = 0; still < 2; ) {
    await delay(200);
    const { read, written } = await again(() => client.spent());
    sum.read += read;
    sum.written += written;
    still = read + written === 0 ? still + 1 : 0;
  }
  return sum;
}

/** A route; many times, since the clock of processes counts 10 ms. */
function route(client: FarClient, what: string, path: string, body?: object): Promise<void> {
  const many = 20;
  const once = () => client.send(body ? 'POST' : 'GET', path, body ? { body } : {});
  const work = async () => {
    for (let i = 0; i < many; i++) await once();
  };
  return measure(client, { what, times: 3, invocations: many }, [async () => undefined, work]);
}

/** Sends once more what came to a kept connection that was closed meanwhile: packing and scanning take longer than one is kept. */
function again<Result>(send: () => Promise<Result>): Promise<Result> {
  return send().catch((cause: unknown) => {
    if (cause instanceof TypeError) return send();
    throw cause;
  });
}

const count = { uploads: 0 };

/** An upload with that many bytes of Python, stored. */
async function uploaded(client: FarClient, sourceBytes: number): Promise<string> {
  const name = `measured_${count.uploads++}`;
  const archive = await archiveOf('1.0.0', {}, { name, sourceBytes });
  const body = { name, version: '1.0.0', file_size_bytes: archive.length };
  const asked = await again(() => client.send('POST', client.plugins('/uploads'), { body }));
  const { upload_id, presigned_url } = uploadSchema.parse(asked.body);
  const put = await again(() => fetch(presigned_url, { method: 'PUT', headers: { 'x-near': '1' }, body: archive }));
  if (!put.ok) throw new Error(`PUT: ${put.status}`);
  return client.plugins(`/uploads/${upload_id}/confirm`);
}

async function confirmed(client: FarClient, path: string): Promise<void> {
  for (;;) {
    const { body } = await again(() => client.send('POST', path, { body: {} }));
    if (pendingSchema.parse(body).validation_status !== 'pending') return;
    await delay(1000);
  }
}

await withFarAwayServer(async (local) => {
  const client = new FarClient(local);
  await client.setDistance(0);
  await prepare(client);
  console.log('| operation | rows read | rows written | processor time, ms | of its limit |');
  console.log('|---|---|---|---|---|');
  await route(client, 'call, key and route cached', callByVersion(client), call);
  await route(client, 'GET of a plugin', client.plugins('/near_1_0_0'));
  await route(client, 'list of plugins', client.plugins(''));
  await route(client, 'versions of a name', client.plugins('/by-name/near/versions'));
  await route(client, 'traffic of a name', client.plugins('/by-name/near/traffic'));
  await route(client, 'events, a page', '/v1/events');
  for (const [what, sourceBytes, times] of [
    ['confirm of three files', 0, 5],
    ['confirm of 2 MB of sources', 2_000_000, 3],
    ['confirm of 48 MB of sources, with the message that does it', 48_000_000, 1],
  ] as const)
    await measure(client, { what, times }, [() => uploaded(client, sourceBytes), (path) => confirmed(client, path)]);
  await measure(client, { what: 'deployment: its request and messages', times: 5 }, [
    () => nextVersion(client),
    async (slug) => {
      await client.send('POST', client.plugins(`/${slug}/deploy`), { body: {} });
      await live(client, slug);
    },
  ]);
  await measure(client, { what: 'idle tick of the sweep', times: 10 }, [
    () => client.wait(60_000),
    () => client.sweep(),
  ]);
});
process.exit();

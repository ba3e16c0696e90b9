// Counts the billed resources that operations use, and prints them with their prices. README.md describes it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { freePorts, loopback } from '../../scripts/local/ports.ts';
import { withEarlier } from './earlier.ts';
import { FarClient, spentSchema } from './far-client.ts';
import { withFarAwayServer } from './local.ts';
import { call, callByVersion, live, nextVersion, prepare } from './operations.ts';

const usage = `node bench/distance/costs.ts [OPTION...]

Counts the billed resources that operations use.`;

type Spent = z.infer<typeof spentSchema>;

/** Dollars for a million of each, beyond what is included: Cloudflare's pages of November 2026. A message is written, read and deleted. */
const prices: Spent = { read: 0.001, written: 1, classA: 4.5, classB: 0.36, messages: 3 * 0.4, invocations: 0.3 };
const fields = spentSchema.keyof().options;
const million = 1_000_000;
const seconds = 1000;
const ticksOfMonth = 30 * 24 * 60;

interface Measured {
  what: string;
  times: number;
  spent: Spent;
}

async function measured(client: FarClient, what: string, times: number, work: () => Promise<void>): Promise<Measured> {
  await settled(client);
  await client.spent();
  await work();
  return { what, times, spent: await settled(client) };
}

/** Waits until nothing more is spent, and returns what was. */
async function settled(client: FarClient): Promise<Spent> {
  const sum: Spent = { read: 0, written: 0, classA: 0, classB: 0, messages: 0, invocations: 0 };
  for (let quiet = 0; quiet < 4; ) {
    await delay(500);
    const spent = await client.spent();
    for (const field of fields) sum[field] += spent[field];
    quiet = fields.every((field) => spent[field] === 0) ? quiet + 1 : 0;
  }
  return sum;
}

function print({ what, times, spent }: Measured, of: number, per: string): void {
  const each = fields.map((field) => spent[field] / times);
  const cost = fields.reduce((sum, field) => sum + (spent[field] / times) * prices[field] * (of / million), 0);
  console.log(
    `| ${[what, ...each.map((count) => Number(count.toFixed(2))), `$${cost.toFixed(2)} ${per}`].join(' | ')} |`,
  );
}

/** `writtenMs`: how long each call waits until what it leaves behind is written, as it would be before the next one. */
async function callOften(client: FarClient, times: number, pauseMs: number, writtenMs = 0): Promise<void> {
  for (let i = 0; i < times; i++) {
    if (pauseMs > 0) await client.wait(pauseMs);
    await client.send('POST', callByVersion(client), { body: call });
    if (writtenMs > 0) await delay(writtenMs);
  }
}

/** Events for one webhook whose receiver answers at once. An upload is requested for each. */
async function deliver(client: FarClient, times: number): Promise<number> {
  const [port = 0] = await freePorts(1);
  const state = { received: 0 };
  const server = createServer((request, response) => {
    request.resume();
    state.received += 1;
    response.writeHead(204).end();
  }).listen(port, loopback);
  const url = `http://${loopback}:${port}/`;
  await client.send('POST', '/v1/webhooks', { body: { url, events: ['namespace.updated'] } });
  for (let i = 0; i < times; i++)
    await client.send('PATCH', '/v1/namespaces/default', { body: { description: `${i}` } });
  for (let tries = 0; tries < 600 && state.received < times; tries++) await delay(100);
  server.closeAllConnections();
  server.close();
  return state.received;
}

async function publish(client: FarClient, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const slug = await nextVersion(client);
    await client.send('POST', client.plugins(`/${slug}/deploy`), { body: {} });
    await live(client, slug);
  }
}

const { values } = readCommandLine(usage, { options: { before: { type: 'string' } } });
if (values.before !== undefined) {
  console.log(`Before (${values.before})`);
  await withEarlier(values.before, async (cwd) => {
    const child = spawn(process.execPath, ['bench/distance/costs.ts'], { cwd, stdio: 'inherit' });
    await once(child, 'close');
  });
  console.log('Now');
}

await withFarAwayServer(
  async (local) => {
    const client = new FarClient(local);
    await client.setDistance(0);
    await prepare(client);
    console.log('| each | rows read | rows written | R2 A | R2 B | messages | invocations | costs |');
    console.log('|---|---|---|---|---|---|---|---|');
    const calls = 300;
    print(
      await measured(client, 'call, ten a second', calls, () => callOften(client, calls, 100)),
      million,
      'a million',
    );
    print(
      await measured(client, 'call, one a minute', 30, () => callOften(client, 30, 60 * seconds, 6 * seconds)),
      million,
      'a million',
    );
    const changes = 300;
    const before = await measured(client, 'event', changes, async () => {
      for (let i = 0; i < changes; i++)
        await client.send('PATCH', '/v1/namespaces/default', { body: { description: `before ${i}` } });
    });
    const both = await measured(client, 'event', changes, async () => {
      const received = await deliver(client, changes);
      if (received !== changes) throw new Error(`${received} of ${changes} deliveries arrived`);
    });
    const spent = spentSchema.parse(
      Object.fromEntries(fields.map((field) => [field, both.spent[field] - before.spent[field]])),
    );
    print({ what: 'delivery to a webhook', times: changes, spent }, million, 'a million');
    print(await measured(client, 'version published and deployed', 10, () => publish(client, 10)), 1000, 'a thousand');
    const ticks = 120;
    for (let i = 0; i < 5; i++) await tick(client);
    const idle = await measured(client, 'idle tick of the clock', ticks, async () => {
      for (let i = 0; i < ticks; i++) await tick(client);
    });
    print(idle, ticksOfMonth, 'a month');
  },
  { allowLoopback: true },
);
process.exit();

async function tick(client: FarClient): Promise<void> {
  await client.wait(60 * seconds);
  await client.sweep();
}

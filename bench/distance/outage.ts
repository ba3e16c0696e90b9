// Takes the database away under a load of calls, for 45 s and for 75 s, once failing and once hanging: calls of isolates that call all the
// time, that called 11 s ago and that never did. Prints what they are answered and how long they wait, then whether a deployment that was
// under way ended by itself and whether every answered call was counted.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { type Asked, FarClient } from './far-client.ts';
import { withFarAwayServer } from './local.ts';
import { call, callByVersion, nextVersion, prepare } from './operations.ts';

const usage = `node bench/distance/outage.ts [fails|hangs]

Takes the database away under a load of calls (hangs).`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 1] });

const seconds = 1000;
const how = z.enum(['fails', 'hangs']).parse(positionals[0] ?? 'hangs');

interface Kind {
  name: string;
  /** How often it calls. */
  everyMs: number;
  isolate: string;
  as?: 'cold';
}

const kinds: Kind[] = [
  { name: 'all the time', everyMs: 200, isolate: 'caller' },
  { name: 'every 11 s', everyMs: 11 * seconds, isolate: 'quiet' },
  { name: 'never before', everyMs: 2 * seconds, isolate: 'cold', as: 'cold' },
];

interface Call extends Asked {
  kind: string;
  /** When it was sent, since the beginning of the phase. */
  at: number;
}

/** Calls at a steady pace, whatever the answers take, until `work` is done. Returns the calls. */
async function during(client: FarClient, work: () => Promise<void>): Promise<Call[]> {
  const calls: Promise<Call>[] = [];
  const began = performance.now();
  const send = async ({ name, isolate, as }: Kind): Promise<Call> => {
    const at = performance.now() - began;
    const sent = { body: call, isolate, ...(as ? { as } : {}) };
    return { kind: name, at, ...(await client.ask('POST', callByVersion(client), sent)) };
  };
  const timers = kinds.map((kind) => setInterval(() => void calls.push(send(kind)), kind.everyMs));
  const beats = setInterval(() => void client.wait(0), 5 * seconds);
  await work();
  for (const timer of [...timers, beats]) clearInterval(timer);
  return Promise.all(calls);
}

function print(phase: string, calls: Call[]): void {
  for (const { name } of kinds) {
    const own = calls.filter(({ kind }) => kind === name);
    const statuses = [...Map.groupBy(own, ({ status }) => status)].map(
      ([status, some]) => `${some.length} × ${status}`,
    );
    const refused = own.filter(({ status }) => status !== 200);
    const ms = own.map((one) => one.ms).sort((one, other) => one - other);
    const at = (share: number) => Math.round(ms[Math.floor(share * (ms.length - 1))] ?? 0);
    const firstRefused = refused[0] ? `${(refused[0].at / seconds).toFixed(1)} s` : '';
    const retry = [...new Set(refused.map(({ retryAfter }) => retryAfter ?? 'none'))].join(', ');
    console.log(`| ${[phase, name, statuses.join(', '), firstRefused, retry, at(0.5), at(0.99), at(1)].join(' | ')} |`);
  }
}

/** Loses the database for so long, and prints what calls get meanwhile and in the 5 s after. */
async function lose(client: FarClient, ms: number): Promise<number> {
  const lost = await during(client, async () => {
    await client.loseDatabase(how);
    await delay(ms);
  });
  print(`${how} for ${ms / seconds} s`, lost);
  const back = await during(client, async () => {
    await client.loseDatabase(null);
    await delay(5 * seconds);
  });
  print('then', back);
  const late = back.filter(({ status }) => status !== 200).map(({ at }) => at);
  console.log(`Last refusal after the return: ${late.length === 0 ? 'none' : `${Math.round(Math.max(...late))} ms`}`);
  return [...lost, ...back].filter(({ status }) => status === 200).length;
}

const trafficSchema = z.object({ total: z.object({ calls: z.number() }) });
const eventsSchema = z.object({ results: z.array(z.object({ type: z.string(), subject_id: z.string() })) });

async function counted(client: FarClient): Promise<number> {
  const { body } = await client.send('GET', client.plugins('/by-name/near/traffic'), { isolate: 'reader' });
  return trafficSchema.parse(body).total.calls;
}

/** Waits until the deployment has ended, and returns its events, oldest first. */
async function eventsOf(client: FarClient, id: string): Promise<string[]> {
  for (;;) {
    const { body } = await client.send('GET', `/v1/events?subject=${id}&limit=100`);
    const types = eventsSchema.parse(body).results.map(({ type }) => type);
    if (types.some((type) => /promoted|failed/.test(type))) return types.reverse();
    await delay(seconds);
  }
}

await withFarAwayServer(async (local) => {
  const client = new FarClient(local);
  await client.setDistance(30);
  await prepare(client);
  console.log('| phase | isolate | answers | first refusal | retry after (s) | p50 ms | p99 ms | longest ms |');
  console.log('|---|---|---|---|---|---|---|---|');
  const before = await counted(client);
  const warm = await during(client, () => delay(12 * seconds));
  print('with the database', warm);
  const slug = await nextVersion(client);
  const { body } = await client.send('POST', client.plugins(`/${slug}/deploy`), { body: {} });
  const { deployment_id } = z.object({ deployment_id: z.string() }).parse(body);
  let answered = warm.filter(({ status }) => status === 200).length;
  for (const ms of [45 * seconds, 75 * seconds]) answered += await lose(client, ms);
  await delay(12 * seconds);
  console.log(`Calls answered: ${answered}, counted: ${(await counted(client)) - before}`);
  console.log(`Events of the deployment that was under way: ${(await eventsOf(client, deployment_id)).join(', ')}`);
});
process.exit();

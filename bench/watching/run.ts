// Measures what watching costs: processor time of a call without anything, scraped every five seconds, and with each call traced, taking
// turns in one run. README.md describes it.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { checkoutOf } from '../before.ts';
import { measuredSchema } from '../realtime/load.ts';
import { type Handler, type Server, startSlipway } from '../realtime/servers.ts';
import { processorTimeOf } from './processor-time.ts';

const usage = `node bench/watching/run.ts [OPTION...]

Measures what scrapes and traces cost.`;

const { values } = readCommandLine(usage, {
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '8' },
    /** A commit without any of it. */
    before: { type: 'string' },
  },
});
const run = promisify(execFile);
const handler: Handler = { module: 'handler', dependencies: [] };
const scrapeEveryMs = 5_000;

interface Round {
  microseconds: number;
  callsPerSecond: number;
}

interface Subject {
  server: Server;
  /** It is scraped while it is measured. */
  isScraped: boolean;
  rounds: Round[];
}

let spans = 0;
const collector = createServer(async (request, response) => {
  for await (const chunk of request) spans += String(chunk).split('"spanId"').length - 1;
  response.end('{}');
}).listen(0, '127.0.0.1');
await once(collector, 'listening');

function scrape({ local }: Server): Promise<string> {
  if (!local) throw new Error('only Slipway can be scraped');
  const headers = { authorization: `Bearer ${local.admin_token}` };
  return fetch(`${local.url}/metrics`, { headers }).then((response) => response.text());
}

async function measure({ isScraped, rounds, server }: Subject): Promise<void> {
  const [target] = Object.values(server.targets);
  const load = { ...target, connections: Number(values.connections), seconds: Number(values.seconds) };
  const scrapes = isScraped ? setInterval(() => void scrape(server), scrapeEveryMs) : undefined;
  const before = processorTimeOf(server.pid);
  const { stdout } = await run(process.execPath, ['bench/realtime/load.ts', JSON.stringify(load)]);
  const microseconds = (processorTimeOf(server.pid) - before) * 1e6;
  clearInterval(scrapes);
  const { calls, callsPerSecond, failed } = measuredSchema.parse(JSON.parse(stdout));
  if (failed > 0) throw new Error(`${failed} calls failed`);
  rounds.push({ microseconds: microseconds / calls, callsPerSecond });
}

function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

async function started(path: string, name: string, env: Record<string, string> = {}): Promise<Server> {
  Object.assign(process.env, env);
  const server = await startSlipway(path, name, handler);
  for (const key of Object.keys(env)) delete process.env[key];
  return server;
}

const checkout = values.before === undefined ? undefined : await checkoutOf(values.before);
const { port } = z.object({ port: z.int() }).parse(collector.address());
const plain = await started('.', 'plain');
const OTLP_URL = `http://127.0.0.1:${port}/v1/traces`;
const traced = await started('.', 'traced', { OTLP_URL, OTLP_EVERY: '100' });
const all = await started('.', 'all traced', { OTLP_URL, OTLP_EVERY: '1' });
const earlier = checkout && (await started(checkout.path, 'before'));
const subjects = new Map<string, Subject>([
  ['nothing', { server: plain, isScraped: false, rounds: [] }],
  ['scraped every 5 s', { server: plain, isScraped: true, rounds: [] }],
  ['one in a hundred traced', { server: traced, isScraped: false, rounds: [] }],
  ['each call traced', { server: all, isScraped: false, rounds: [] }],
  ...(earlier ? [['before', { server: earlier, isScraped: false, rounds: [] }] satisfies [string, Subject]] : []),
]);
try {
  for (let round = 0; round < Number(values.rounds); round++)
    for (const subject of subjects.values()) await measure(subject);
  const base = median(subjects.get('nothing')?.rounds.map(({ microseconds }) => microseconds) ?? []);
  console.log(
    `${''.padEnd(24)}${'µs of processor a call'.padStart(24)}${'ratio'.padStart(8)}${'calls/s'.padStart(10)}`,
  );
  for (const [name, { rounds }] of subjects) {
    const cost = median(rounds.map(({ microseconds }) => microseconds));
    const rate = median(rounds.map(({ callsPerSecond }) => callsPerSecond));
    const cells = [cost.toFixed(0).padStart(24), (cost / base).toFixed(3).padStart(8), rate.toFixed(0).padStart(10)];
    console.log(`${name.padEnd(24)}${cells.join('')}`);
  }
  const text = await scrape(plain);
  console.log(`${spans} spans were collected; a scrape has ${text.length} bytes`);
} finally {
  for (const server of [plain, traced, all, earlier]) await server?.stop();
  collector.close();
  await checkout?.remove();
}

// Kills random parts of Slipway while plugins are published, deployed and called: `node scripts/random-kills.ts [KILLS] [SEED]`, 30
// kills by default. Reports what was lost, stuck or left behind, and how long each victim took to respond again.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { removeWhole } from '../builder/server/removal/tree-remover.ts';
import { ApiError } from '../src/client/errors.ts';
import { formatDuration, formatSeconds } from '../src/core/quantities.ts';
import { ExtractorClient } from './demo/extractor-client.ts';
import { packRealtime } from './demo/pack.ts';
import { localFile, localSchema } from './local/organization.ts';
import { readCommandLine } from './machine/command-line.ts';
import { freePorts } from './machine/ports.ts';
import { print } from './machine/terminal.ts';
import { endStart, killProcess, listProcesses, type Process } from './testing/processes.ts';

const usage = `node scripts/random-kills.ts [KILLS] [SEED]

Kills parts of Slipway at random moments, 30 by default.`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 2] });

const victims = ['workerd', 'Miniflare', 'builder', 'launcher', 'everything'] as const;
type Victim = (typeof victims)[number];

const kills = Number(positionals[0] ?? 30);
const seed = Number(positionals[1] ?? Date.now() % 100_000);
/** Work counts as stuck if it isn't done this long after it was accepted and after the last kill. */
const stuckMs = 30_000;
const orphansMs = 10_000;
const retryMs = 20;

const [port = 0, builderPort = 0] = await freePorts(2);
const state = await mkdtemp(join(tmpdir(), 'slipway-kills-'));
const random = seededRandom(seed);
let lastKillAt = 0;
let launcher: ChildProcess | undefined;
let isOver = false;

function launch(): void {
  const settings = { PORT: String(port), BUILDER_PORT: String(builderPort), SLIPWAY_STATE: state };
  const env = { ...process.env, ...settings };
  launcher = spawn(process.execPath, ['scripts/start.cjs', '--no-demo'], { env, stdio: 'ignore' });
}

/** Repeats a request until it gets a response, like a client whose connection breaks. */
async function answered<Result>(request: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) throw error;
      await delay(retryMs);
    }
  }
}

async function connect(): Promise<ExtractorClient> {
  const read = async () => localSchema.parse(JSON.parse(await readFile(localFile(state), 'utf8')));
  const local = await answered(read);
  const isHealthy = async () => {
    const response = await fetch(`${local.url}/healthz`);
    await response.body?.cancel();
    if (!response.ok) throw new Error('not healthy');
  };
  await answered(isHealthy);
  return new ExtractorClient(local);
}

interface Plugin {
  name: string;
  version: string;
  id: string;
}

/** Limits the number of names, because the live-plugin quota counts them and a fast machine would publish too many. */
const names = 20;

function pluginNumber(number: number): Plugin {
  const name = `plugin_${number % names}`;
  return { name, version: `1.0.${number}`, id: `${name}_1_0_${number}` };
}

function archiveOf({ id, name, version }: Plugin): Promise<Uint8Array<ArrayBuffer>> {
  const realtime = `class RealtimeHandler:\n    def predict(self, request):\n        return {"id": "${id}", "n": request["n"]}\n`;
  return packRealtime(name, version, realtime, 'output_schema = {"id": {"type": "string"}}\n');
}

/**
 * Publishes like a client that repeats requests without a response. If the response to a confirm was lost, the repeated request finds
 * its version.
 */
async function publish(client: ExtractorClient, plugin: Plugin): Promise<void> {
  const archive = await archiveOf(plugin);
  const upload = await answered(() => client.requestUpload(plugin.name, plugin.version, archive.length));
  const etag = await answered(() => client.putArchive(upload.presigned_url, archive).catch(ignoreRepeatedPut));
  await answered(async () => {
    try {
      await client.confirm(upload.upload_id, etag, archive.length);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      if (!(await client.exists(plugin.id))) throw new Error('the upload is still being confirmed', { cause: error });
    }
  });
}

/** The presigned URL accepts one PUT. If its response was lost, the archive is already stored. */
function ignoreRepeatedPut(error: unknown): string {
  if (error instanceof ApiError && error.status === 412) return '';
  throw error;
}

async function callCorrectly(client: ExtractorClient, { id }: Plugin): Promise<void> {
  const n = Math.floor(random() * 1e6);
  const { status, raw_response: answer } = await client.call(id, { n });
  if (status !== 'success' || JSON.stringify(answer) !== JSON.stringify({ id, n }))
    throw new Error(`${id} answered ${status} ${JSON.stringify(answer)}`);
}

interface Work {
  plugins: Plugin[];
  lost: string[];
  stuck: string[];
}

/** Publishes and deploys plugins one by one. */
async function produce(client: ExtractorClient, work: Work): Promise<void> {
  for (let number = 1; !isOver; number++) {
    const plugin = pluginNumber(number);
    await publish(client, plugin);
    work.plugins.push(plugin);
    await answered(() => client.deploy(plugin.id));
    await waitUntilDeployed(client, plugin, work);
  }
}

async function waitUntilDeployed(client: ExtractorClient, { id }: Plugin, work: Work): Promise<void> {
  const acceptedAt = performance.now();
  for (;;) {
    const { status, message } = await answered(() => client.status(id));
    if (status === 'DEPLOYED') return;
    if (status === 'FAILED' || status === 'NOT_DEPLOYED') {
      work.lost.push(`${id} is ${status}: ${message}`);
      return;
    }
    if (performance.now() - Math.max(acceptedAt, lastKillAt) > stuckMs) {
      work.stuck.push(`${id} is ${status}`);
      return;
    }
    await delay(100);
  }
}

/** Calls one plugin continuously. The client repeats a call after a broken connection. A wrong response counts as lost. */
async function keepCalling(client: ExtractorClient, plugin: Plugin, work: Work): Promise<number> {
  let count = 0;
  for (; !isOver; count++) {
    const failure = await answered(() => client.call(plugin.id, { n: count })).catch((error: unknown) => error);
    if (failure instanceof Error) work.lost.push(`call ${count}: ${failure.message}`);
    await delay(5);
  }
  return count;
}

function victimProcesses(victim: Victim): Process[] {
  const all = listProcesses(state);
  switch (victim) {
    case 'everything':
      return all;
    case 'launcher':
      return all.filter(({ pid }) => pid === launcher?.pid);
    case 'builder':
      return all.filter(({ command }) => command.includes('builder/server/main.ts'));
    case 'Miniflare':
      return all.filter(({ command }) => command.includes('worker-process.ts'));
    case 'workerd':
      return all.filter(({ command }) => command.includes('workerd serve'));
  }
}

interface Kill {
  victim: Victim;
  /** Time to the next successful response. */
  ms: number;
  orphans: string[];
}

async function killOne(victim: Victim, client: ExtractorClient, plugin: Plugin): Promise<Kill> {
  const targets = victimProcesses(victim);
  if (targets.length === 0) throw new Error(`no process of ${victim} was found`);
  const startedAt = performance.now();
  lastKillAt = startedAt;
  for (const { pid } of targets) killProcess(pid);
  const ends = victim === 'launcher' || victim === 'everything';
  const orphans = ends ? await waitForNone() : [];
  if (ends) launch();
  await answered(() => callCorrectly(client, plugin));
  lastKillAt = performance.now();
  return { victim, ms: performance.now() - startedAt, orphans };
}

/** Returns the commands of processes that outlive the start script. */
async function waitForNone(): Promise<string[]> {
  const until = performance.now() + orphansMs;
  while (listProcesses(state).length > 0 && performance.now() < until) await delay(10);
  const orphans = listProcesses(state);
  for (const { pid } of orphans) killProcess(pid);
  return orphans.map(({ command }) => command);
}

async function run(): Promise<boolean> {
  launch();
  const client = await connect();
  const work: Work = { plugins: [], lost: [], stuck: [] };
  const steady = pluginNumber(0);
  await publish(client, steady);
  await answered(() => client.deploy(steady.id));
  await waitUntilDeployed(client, steady, work);
  const background = [produce(client, work), keepCalling(client, steady, work), keepCalling(client, steady, work)];

  const done: Kill[] = [];
  for (let number = 0; number < kills; number++) {
    await delay(500 + random() * 4000);
    const victim = victims[number % victims.length] ?? 'everything';
    const kill = await killOne(victim, client, steady);
    done.push(kill);
    print(`  ${String(number + 1).padStart(2)}  ${victim.padEnd(11)} responded again after ${formatDuration(kill.ms)}`);
  }
  isOver = true;
  await Promise.all(background);
  for (const plugin of work.plugins) {
    const outcome = await answered(() => callCorrectly(client, plugin)).catch((error: unknown) => error);
    if (outcome instanceof Error) work.lost.push(outcome.message);
  }
  return report(done, work);
}

function report(done: Kill[], { plugins, lost, stuck }: Work): boolean {
  print(`\n${done.length} kills, seed ${seed}, ${plugins.length} plugins published and deployed during the run\n`);
  for (const victim of victims) {
    const times = done.filter((kill) => kill.victim === victim).map(({ ms }) => ms);
    const sorted = times.sort((a, b) => a - b);
    const median = formatDuration(sorted[Math.floor(sorted.length / 2)] ?? 0);
    print(
      `  ${victim.padEnd(11)} ${sorted.length} kills; time to next successful response: median ${median}, max ${formatDuration(sorted.at(-1) ?? 0)}`,
    );
  }
  const orphans = done.flatMap((kill) => kill.orphans);
  print(`\n${lost.length} lost, ${stuck.length} stuck over ${formatSeconds(stuckMs)}, ${orphans.length} orphans`);
  for (const line of [...lost, ...stuck, ...orphans]) print(`  ${line}`);
  return lost.length + stuck.length + orphans.length === 0;
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  isOver = true;
  await endStart(launcher, state);
  await delay(500);
  await removeWhole(state);
}
process.exit();

/** A linear congruential generator, so that the same seed repeats the order of victims and pauses. */
function seededRandom(start: number): () => number {
  let value = start;
  return () => {
    value = (value * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return value / 2 ** 32;
  };
}

// Kills parts of Slipway while later calls are sent and run: `node scripts/later-kills.ts [CALLS] [KILLS] [SEED]`, 2,000 calls and 10 kills by
// default. Reports calls without exactly one result, and which handlers ran twice: each must have been running at a kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { removeWhole } from '../builder/server/removal/tree-remover.ts';
import { packZip } from '../src/archive/zip/pack.ts';
import { readCommandLine } from './local/command-line.ts';
import { ExtractorClient, waitUntilSettled } from './local/extractor-client.ts';
import { type Local, localFile, localSchema } from './local/organization.ts';
import { freePorts } from './local/ports.ts';
import { seededRandom } from './local/seeded-random.ts';
import { print } from './local/terminal.ts';
import { allProcesses, endStart, killProcess, type Process, processesOf } from './testing/processes.ts';

const usage = `node scripts/later-kills.ts [CALLS] [KILLS] [SEED]

Kills parts of Slipway while later calls run: 2,000 calls and 10 kills by default.`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 3] });

const victims = ['workerd', 'plugin', 'builder', 'everything'] as const;
type Victim = (typeof victims)[number];

const callCount = Number(positionals[0] ?? 2000);
const killCount = Number(positionals[1] ?? 10);
const seed = Number(positionals[2] ?? Date.now() % 100_000);
/** Calls are stuck if none of them has ended for this long. */
const stuckMs = 180_000;
const pollMs = 5000;
const sendersAtOnce = 8;
const pluginId = 'later_1_0_0';

const [port = 0, builderPort = 0] = await freePorts(2);
const state = await mkdtemp(join(tmpdir(), 'slipway-later-kills-'));
const random = seededRandom(seed);
const kills: { victim: Victim; at: number; until: number }[] = [];
let launcher: ChildProcess | undefined;

const files = {
  'manifest.py':
    'feature_extractor_name = "later"\nversion = "1.0.0"\nfeatures = []\noutput_schema = {"n": {"type": "number"}}\n',
  'pipeline.py':
    'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
  'realtime.py': `import time

from slipway import context


class RealtimeHandler:
    def predict(self, request):
        print("ran", context.request_id, flush=True)
        time.sleep(request["seconds"])
        return {"n": request["n"], "request_id": context.request_id}
`,
};

const callSchema = z.object({
  call_id: z.string(),
  request_id: z.string(),
  status: z.string(),
  runs: z.int(),
  started_at: z.string().nullable(),
  ended_at: z.string().nullable(),
});
const answeredSchema = callSchema.extend({
  answer: z.object({ result: z.object({ n: z.number(), request_id: z.string() }).optional() }).nullable(),
});
type Answered = z.infer<typeof answeredSchema>;

function launch(): void {
  const settings = { PORT: String(port), BUILDER_PORT: String(builderPort), SLIPWAY_STATE: state };
  launcher = spawn(process.execPath, ['scripts/start.js', '--no-demo'], {
    env: { ...process.env, ...settings },
    stdio: 'ignore',
  });
}

/** Repeats what is not answered, as a client does whose connection breaks. */
async function answered<Result>(request: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await request();
    } catch {
      await delay(50);
    }
  }
}

class Api {
  readonly #local: Local;
  constructor(local: Local) {
    this.#local = local;
  }

  /** Throws if it is not answered with success. */
  async send(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { ...init.headers, authorization: `Bearer ${this.#local.api_key}` };
    const response = await fetch(`${this.#local.url}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return response.json();
  }

  get plugin(): string {
    return `/v1/namespaces/${this.#local.namespace_id}/plugins/${pluginId}`;
  }
}

async function connect(): Promise<Local> {
  return answered(async () => {
    const local = localSchema.parse(JSON.parse(await readFile(localFile(state), 'utf8')));
    if (!(await fetch(`${local.url}/healthz`)).ok) throw new Error('not healthy');
    return local;
  });
}

async function publish(client: ExtractorClient): Promise<void> {
  const encoder = new TextEncoder();
  const entries = Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) }));
  const archive = await packZip(entries);
  const upload = await client.requestUpload('later', '1.0.0', archive.length);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  await client.deploy(pluginId);
  await waitUntilSettled(client, pluginId, 60_000);
}

/** Sends calls until there are enough whose acceptance was answered. Returns the number of each. */
async function sendCalls(api: Api, accepted: Map<string, number>): Promise<void> {
  let next = 0;
  const sender = async () => {
    for (let n = next++; n < callCount; n = next++) {
      const body = JSON.stringify({ inputs: { n, seconds: Math.round(random() * 1000) / 1000 } });
      const headers = { prefer: 'respond-async', 'content-type': 'application/json' };
      const call = await answered(() => api.send(`${api.plugin}/realtime/test`, { method: 'POST', headers, body }));
      accepted.set(callSchema.parse(call).call_id, n);
    }
  };
  await Promise.all(Array.from({ length: sendersAtOnce }, sender));
}

function targetsOf(victim: Victim): Process[] {
  const all = processesOf(state);
  const builders = all.filter(({ command }) => command.includes('builder/server/main.ts'));
  switch (victim) {
    case 'everything':
      return all;
    case 'builder':
      return builders;
    case 'workerd':
      return all.filter(({ command }) => command.includes('workerd serve'));
    case 'plugin':
      return descendantsOf(new Set(builders.map(({ pid }) => pid))).filter(({ command }) => command.includes('python'));
  }
}

function descendantsOf(roots: Set<number>): Process[] {
  const all = allProcesses();
  const found = all.filter(({ parent }) => roots.has(parent));
  return found.length === 0 ? [] : [...found, ...descendantsOf(new Set(found.map(({ pid }) => pid)))];
}

async function killOne(victim: Victim, api: Api): Promise<void> {
  const at = Date.now();
  const targets = targetsOf(victim);
  if (targets.length === 0) throw new Error(`no process of ${victim} was found`);
  for (const { pid } of targets) killProcess(pid);
  if (victim === 'everything') {
    while (processesOf(state).length > 0) await delay(20);
    launch();
  }
  await answered(() => api.send('/v1/calls?limit=1'));
  kills.push({ victim, at, until: Date.now() });
}

/** Returns every call, also those whose acceptance was not answered. */
async function allCalls(api: Api): Promise<z.infer<typeof callSchema>[]> {
  const page = z.object({ results: z.array(callSchema), pagination: z.object({ next_cursor: z.string().nullable() }) });
  const calls = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = `/v1/calls?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { results, pagination } = page.parse(await answered(() => api.send(at)));
    calls.push(...results);
    cursor = pagination.next_cursor;
  }
  return calls;
}

/** A call whose worker died before it was accepted never runs, and is deleted: its sender got no answer. */
function isOpen(accepted: Map<string, number>, { call_id, ended_at, runs }: z.infer<typeof callSchema>): boolean {
  return ended_at === null && (accepted.has(call_id) || runs > 0);
}

async function waitForEnds(api: Api, accepted: Map<string, number>): Promise<z.infer<typeof callSchema>[]> {
  let openCount = Number.POSITIVE_INFINITY;
  let changedAt = Date.now();
  for (;;) {
    const calls = await allCalls(api);
    const { length } = calls.filter((call) => isOpen(accepted, call));
    if (length < openCount) changedAt = Date.now();
    openCount = Math.min(openCount, length);
    if (length === 0 || Date.now() > changedAt + stuckMs) return calls;
    await delay(pollMs);
  }
}

async function readAnswers(api: Api, calls: readonly { call_id: string }[]): Promise<Answered[]> {
  const left = [...calls];
  const read: Answered[] = [];
  const reader = async () => {
    for (let call = left.pop(); call; call = left.pop()) {
      const { call_id } = call;
      read.push(answeredSchema.parse(await answered(() => api.send(`/v1/calls/${call_id}`))));
    }
  };
  await Promise.all(Array.from({ length: sendersAtOnce }, reader));
  return read;
}

/** How often each request was printed by the handler. Of a builder that was killed, the last seconds are missing. */
async function printedRuns(api: Api): Promise<Map<string, number>> {
  const page = z.object({
    lines: z.array(z.object({ line: z.string() })),
    pagination: z.object({ next_cursor: z.string().nullable() }),
  });
  const runs = new Map<string, number>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = `${api.plugin}/logs?limit=1000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const { lines, pagination } = page.parse(await answered(() => api.send(at)));
    for (const { line } of lines) {
      const [, id] = /^ran (req_\w+)$/.exec(line) ?? [];
      if (id !== undefined) runs.set(id, (runs.get(id) ?? 0) + 1);
    }
    cursor = pagination.next_cursor;
  }
  return runs;
}

/** The first kill during which the call was with a worker. */
function deathOf({ ended_at, started_at }: Answered) {
  const [from, to] = [Date.parse(started_at ?? ''), Date.parse(ended_at ?? '')];
  return kills.find(({ at, until }) => until >= from && at <= to);
}

async function run(): Promise<boolean> {
  launch();
  const local = await connect();
  const api = new Api(local);
  await publish(new ExtractorClient(local));
  const accepted = new Map<string, number>();
  const startedAt = Date.now();
  const sending = sendCalls(api, accepted);
  for (let number = 0; number < killCount; number += 1) {
    while (accepted.size < ((number + 1) * callCount) / (killCount + 1)) await delay(50);
    await delay(random() * 1000);
    const victim = victims[number % victims.length] ?? 'everything';
    await killOne(victim, api);
    print(`  ${String(number + 1).padStart(2)}  ${victim.padEnd(11)} after ${accepted.size} calls`);
  }
  await sending;
  const listed = await waitForEnds(api, accepted);
  const ended = await readAnswers(api, listed);
  print(`\nseed ${seed}, ${killCount} kills, ${Math.round((Date.now() - startedAt) / 1000)} s until all had ended`);
  return report(accepted, ended, await printedRuns(api));
}

function report(accepted: Map<string, number>, calls: Answered[], printed: Map<string, number>): boolean {
  const byId = new Map(calls.map((call) => [call.call_id, call]));
  const missing = [...accepted.keys()].filter((id) => !byId.has(id));
  const abandoned = calls.filter((call) => call.ended_at === null && !isOpen(accepted, call));
  const wrong = calls.filter((call) => {
    if (abandoned.includes(call)) return false;
    const { answer, call_id, request_id, status } = call;
    const result = answer?.result;
    const n = accepted.get(call_id);
    return status !== 'succeeded' || result?.request_id !== request_id || (n !== undefined && result.n !== n);
  });
  const twice = calls.filter(({ request_id, runs }) => runs > 1 || (printed.get(request_id) ?? 0) > 1);
  const unexplained = twice.filter((call) => !deathOf(call));
  const unanswered = calls.length - accepted.size + missing.length;
  const results = calls.length - abandoned.length - wrong.length;
  print(`${accepted.size} calls were accepted, and ${unanswered} more whose sender got no answer`);
  print(`  of those ${abandoned.length} were not accepted in full: they never run, and are deleted`);
  print(`${results} have their one result, ${wrong.length} do not, ${missing.length} are missing`);
  print(`${twice.length} ran more than once:`);
  for (const victim of victims) {
    const count = twice.filter((call) => deathOf(call)?.victim === victim).length;
    print(`  ${String(count).padStart(4)} were running when ${victim} was killed`);
  }
  print(`  ${String(unexplained.length).padStart(4)} were not running at any kill`);
  for (const call of [...wrong, ...unexplained].slice(0, 20)) print(`  ${JSON.stringify(call)}`);
  return wrong.length + missing.length + unexplained.length === 0;
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  await endStart(launcher, state);
  await delay(500);
  await removeWhole(state);
}
process.exit();

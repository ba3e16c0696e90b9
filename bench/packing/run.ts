// Measures small plugins that share containers, with a builder process for each container: their memory and wakes beside containers of their
// own, and the calls of one beside bad neighbors. README.md describes it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { freePorts, loopback } from '../../scripts/local/ports.ts';
import { packingLimits } from '../../src/contract/limits/containers.ts';
import { sharedMemoryMiB, sizeMemoryMiB } from '../../src/contract/plugin/placement.ts';
import { BuilderClient, token } from '../../test/builder/builder-client.ts';

const usage = `node bench/packing/run.ts [OPTION...]

Measures small plugins that share containers.`;

const { values } = readCommandLine(usage, {
  options: { plugins: { type: 'string', default: '20' }, seconds: { type: 'string', default: '10' } },
});
const plugins = Number(values.plugins);
const MiB = 2 ** 20;
const perContainer = Math.floor(sharedMemoryMiB('standard-1') / packingLimits.instanceMiB);
const limits = { memoryBytes: packingLimits.memoryMiB * MiB, sharedBytes: packingLimits.instanceMiB * MiB };

interface Container {
  client: BuilderClient;
  child: ChildProcess;
  state: string;
}

async function startContainer(): Promise<Container> {
  const [port = 0] = await freePorts(1);
  const state = await mkdtemp(join(tmpdir(), 'slipway-packing-'));
  const env = {
    ...{ PATH: process.env.PATH ?? '', BUILDER_TOKEN: token, BUILDER_PORT: String(port), BUILDER_STATE: state },
    ...{
      BUILDER_LIMITS: JSON.stringify(limits),
      BUILDER_ORGANIZATION: 'org_1',
      NODE_COMPILE_CACHE: 'dist/compiled-builder',
    },
  };
  const child = spawn(process.execPath, ['builder/server/main.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout) await once(child.stdout, 'data');
  return { client: new BuilderClient(`http://${loopback}:${port}`), child, state };
}

async function end({ child, state }: Container): Promise<void> {
  child.kill('SIGINT');
  await once(child, 'exit');
  await rm(state, { recursive: true, force: true });
}

const files = {
  'realtime.py': `import os, time


class RealtimeHandler:
    held = []

    def run_inference(self, inputs, parameters):
        kind = inputs.get("kind")
        if kind == "leak":
            self.held.append(bytearray(b"x") * (16 << 20))
        if kind == "crash":
            os._exit(9)
        if kind == "burn":
            end = time.monotonic() + 1
            while time.monotonic() < end:
                pass
        if kind == "flood":
            print("x" * 200 + "\\n", end="")
            for _ in range(20000):
                print("x" * 200)
        if kind == "fill":
            with open("/tmp/filled-%d" % time.time_ns(), "wb") as file:
                file.write(b"x" * (32 << 20))
        return {"ok": True}
`,
};

async function start({ client }: Container, id: string): Promise<number> {
  const spec = { ...(await client.putPlugin(files)), organization: 'org_1' };
  const from = performance.now();
  const events = await client.put(id, spec);
  if (events.at(-1)?.type !== 'ready') throw new Error(`${id} did not start: ${JSON.stringify(events.at(-1))}`);
  return performance.now() - from;
}

/** The proportional memory of a process and all that it started. */
async function memoryOf({ child }: Container): Promise<number> {
  const parents = new Map<number, number>();
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isOf = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === child.pid || (pid > 1 && isOf(parents.get(pid))));
  let kilobytes = 0;
  for (const pid of [...parents.keys()].filter(isOf)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function describe(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5).toFixed(0)} ms, p99 ${percentile(sorted, 0.99).toFixed(0)} ms`;
}

async function alone(): Promise<void> {
  const containers: Container[] = [];
  const wakes: number[] = [];
  let memory = 0;
  for (let at = 0; at < plugins; at++) {
    const from = performance.now();
    const container = await startContainer();
    await start(container, 'dep_1');
    wakes.push(performance.now() - from);
    containers.push(container);
  }
  for (const container of containers) memory += await memoryOf(container);
  console.log(`| one each | ${plugins} | ${memory.toFixed(0)} | ${plugins * 1024} | ${describe(wakes)} |`);
  await Promise.all(containers.map(end));
}

async function shared(): Promise<void> {
  const containers: Container[] = [];
  const wakes: number[] = [];
  for (let at = 0; at < plugins; at++) {
    const isFirst = at % perContainer === 0;
    if (isFirst) containers.push(await startContainer());
    const container = containers.at(-1);
    if (!container) throw new Error('there is no container');
    const ms = await start(container, `dep_${at + 1}`);
    if (!isFirst) wakes.push(ms);
  }
  let memory = 0;
  for (const container of containers) memory += await memoryOf(container);
  const reserved = containers.length * sizeMemoryMiB['standard-1'];
  console.log(`| shared | ${containers.length} | ${memory.toFixed(0)} | ${reserved} | ${describe(wakes)} |`);
  await Promise.all(containers.map(end));
}

async function load({ client }: Container, id: string, seconds: number): Promise<{ times: number[]; failed: number }> {
  const times: number[] = [];
  let failed = 0;
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    const from = performance.now();
    const { body, status } = await client.invoke(id);
    if (status !== 200 || !JSON.stringify(body).includes('"ok":true')) failed++;
    times.push(performance.now() - from);
    await delay(20);
  }
  return { times, failed };
}

async function beside(kind: string): Promise<void> {
  const seconds = Number(values.seconds);
  const container = await startContainer();
  await start(container, 'dep_good');
  await start(container, 'dep_bad');
  const before = await load(container, 'dep_good', seconds);
  let isOver = false;
  let outgrown = '';
  const misbehaving = (async () => {
    while (!isOver) {
      await container.client.invoke('dep_bad', { kind });
      const health = await container.client.send('GET', '/health');
      const [first] = Object(health.body).outgrown ?? [];
      if (first !== undefined) outgrown = 'reported, as to leave';
    }
  })();
  const during = await load(container, 'dep_good', seconds);
  isOver = true;
  await misbehaving;
  const { restarts } = await container.client.status('dep_bad');
  console.log(
    `| ${kind} | ${describe(before.times)} | ${describe(during.times)} | ${before.failed + during.failed} | ${restarts} restarts${outgrown && `, ${outgrown}`} |`,
  );
  await end(container);
}

console.log(
  '| containers | number | memory used, MiB | memory reserved, MiB | wake of a plugin |\n|---|---|---|---|---|',
);
await shared();
await alone();
console.log('\n| neighbor | alone | beside it | failed | the neighbor |\n|---|---|---|---|---|');
for (const kind of ['leak', 'crash', 'burn', 'flood', 'fill']) await beside(kind);

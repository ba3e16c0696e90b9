// Measures one Go plugin in every place where it may run, one after the other: as a Dynamic Worker, as an isolate of the builder, and as a
// process of the builder. Then its build for both, from an empty and from a warm cache. README.md explains the figures.
// Usage: node bench/edge/run.ts [--calls N]
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { findWorkerd } from '../../builder/server/isolates/find-workerd.ts';
import type { InstanceSpec } from '../../src/contract/builder.ts';
import { type Build, buildEventSchema } from '../../src/contract/builds.ts';
import { BuilderClient, token } from '../../test/builder/builder-client.ts';
import { startLoader } from './loader.ts';

const { values } = parseArgs({ options: { calls: { type: 'string', default: '1000' } } });
const calls = Number(values.calls);
const colds = 10;
const atOnce = 8;
const plugin = { name: 'text', version: 'v1.0.0' };

const source = {
  'go.mod': 'module example.com/text\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n',
  'plugin.go': `package main

import (
	"strings"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

type plugin struct{}

var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, _ *models.PipelineContext) (map[string]interface{}, error) {
	text, _ := params["text"].(string)
	return map[string]interface{}{"upper": strings.ToUpper(text), "words": len(strings.Fields(text))}, nil
}
`,
};
const body = JSON.stringify({ method: 'execute', params: { action: 'text', params: { text: 'hello edge world' } } });
const answer = '{"result":{"output":{"upper":"HELLO EDGE WORLD","words":3},"context":{"steps":{},"max_size":0}}}';

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-edge-'));
const main = fileURLToPath(import.meta.resolve('../../builder/server/main.ts'));

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

interface Place {
  /** Makes the instance of that number answer its first call. */
  cold(at: number): Promise<void>;
  /** Calls the first instance. */
  call(): Promise<string>;
  memoryBytes(): number;
}

async function measure(name: string, place: Place): Promise<void> {
  const before = place.memoryBytes();
  const starts: number[] = [];
  for (let at = 0; at < colds; at++) starts.push(await timed(() => place.cold(at)));
  const memory = (place.memoryBytes() - before) / colds;
  const checked = async () => {
    const text = await place.call();
    if (text !== answer) throw new Error(`${name} answered ${text}`);
  };
  for (let call = 0; call < calls / 5; call++) await checked();
  const warm: number[] = [];
  for (let call = 0; call < calls; call++) warm.push(await timed(checked));
  const together = await timed(() =>
    Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let call = 0; call < calls / atOnce; call++) await checked();
      }),
    ),
  );
  starts.sort((a, b) => a - b);
  warm.sort((a, b) => a - b);
  console.log(
    [
      name.padEnd(18),
      `cold p50 ${ms(quantile(starts, 0.5))}, fastest ${ms(starts[0] ?? 0)}`.padEnd(36),
      `warm p50 ${ms(quantile(warm, 0.5))}, p99 ${ms(quantile(warm, 0.99))}`.padEnd(34),
      `${Math.round(calls / (together / 1000))} calls/s`.padEnd(14),
      `${mib(memory)} each`,
    ].join('  '),
  );
}

/** Returns the memory of the process and everything that it started. */
function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const own = Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.reduce((sum, child) => sum + memoryOf(child), own);
}

async function startBuilder(state: string): Promise<{ client: BuilderClient; pid: number; end(): void }> {
  const env = { ...process.env, BUILDER_TOKEN: token, BUILDER_PORT: '0', BUILDER_STATE: join(folder, state) };
  const child = fork(main, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const message: unknown = await new Promise((resolve) => child.once('message', resolve));
  const { port } = z.object({ port: z.number() }).parse(message);
  return {
    client: new BuilderClient(`http://127.0.0.1:${port}`),
    pid: child.pid ?? 0,
    end: () => child.kill('SIGINT'),
  };
}

async function build(client: BuilderClient, files: Record<string, string>): Promise<Build> {
  const archive = await client.putArchive(files);
  const spec = { runtime: 'go', archive, commit: null, scope: 'plg_bench', wasm: true };
  const response = await client.fetch('/builds', { method: 'POST', body: JSON.stringify(spec) });
  const last = buildEventSchema.parse(JSON.parse((await response.text()).trimEnd().split('\n').at(-1) ?? ''));
  if (last.type !== 'built') throw new Error(JSON.stringify(last));
  return last.build;
}

function onBuilder({ client, pid }: Awaited<ReturnType<typeof startBuilder>>, spec: InstanceSpec): Place {
  const call = async (id: string) =>
    (await client.fetch(`/instances/${spec.runtime}-${id}/invoke`, { method: 'POST', body })).text();
  return {
    cold: async (at) => {
      await client.put(`${spec.runtime}-${at}`, spec);
      await call(String(at));
    },
    call: () => call('0'),
    memoryBytes: () => memoryOf(pid),
  };
}

const builder = await startBuilder('builder');
try {
  const empty = await timed(() => build(builder.client, source));
  const changed = { ...source, 'plugin.go': `${source['plugin.go']}\nconst changed = true\n` };
  const version = await timed(() => build(builder.client, changed));
  const { artifact, wasm } = await build(builder.client, source);
  const again = await timed(() => build(builder.client, source));
  if (!wasm || 'reason' in wasm) throw new Error(wasm?.reason ?? 'there is no module');
  const sizes = `${mib(wasm.artifact.size_bytes)}, ${(wasm.artifact.compressed_bytes / 2 ** 20).toFixed(1)} MiB compressed`;
  const module = Buffer.from(await (await builder.client.fetch(`/blobs/${wasm.artifact.sha256}`)).arrayBuffer());
  if (createHash('sha256').update(module).digest('hex') !== wasm.artifact.sha256) throw new Error('another module');

  const found = findWorkerd();
  if ('reason' in found) throw new Error(found.reason);
  const loader = await startLoader(module, body);
  await measure('Dynamic Worker', { ...loader, memoryBytes: () => memoryOf(process.pid) - memoryOf(builder.pid) });
  await loader.end();
  const isolate: InstanceSpec = { runtime: 'isolate', kind: 'pipeline', artifact: wasm.artifact.sha256, plugin };
  await measure('builder, isolate', onBuilder(builder, isolate));
  const executable = { runtime: 'executable', kind: 'pipeline', plugin, data: null, network: false } as const;
  await measure('builder, process', onBuilder(builder, { ...executable, artifact: artifact.sha256 }));
  console.log(`module             ${sizes}`);
  console.log(`build of both      empty cache ${ms(empty)}, new version ${ms(version)}, known ${ms(again)}`);
} finally {
  builder.end();
  rmSync(folder, { recursive: true, force: true });
}

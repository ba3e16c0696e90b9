// Measures one Go plugin in every place where it may run, one after the other: as a Dynamic Worker, as an isolate of the builder, as a
// process of the builder, and as a process of a builder in a container. Then its build, from an empty and from a warm cache. README.md
// explains the figures.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findWorkerd } from '../../builder/server/isolates/find-workerd.ts';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import type { ExecutableSpec, InstanceSpec } from '../../src/contract/builder/instances.ts';
import { inContainers, onBuilder, startBuilder } from './builders.ts';
import { startLoader } from './loader.ts';
import { measure, mib, ms, timed } from './measure.ts';
import { build, plugin, source } from './subject.ts';

const usage = `node bench/edge/run.ts [OPTION...]

Measures one Go plugin in every place where it may run.`;

const { values } = readCommandLine(usage, {
  options: { seconds: { type: 'string', default: '4' }, callers: { type: 'string', default: '4' } },
});
const effort = { seconds: Number(values.seconds), callers: Number(values.callers) };
const colds = 10;
const containers = 5;

const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-edge-'));
const builder = await startBuilder(join(folder, 'builder'));
try {
  console.log(
    `one caller, then ${effort.callers}, ${effort.seconds} s each; ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  const empty = await timed(() => build(builder.client, source));
  const changed = { ...source, 'plugin.go': `${source['plugin.go']}\nconst changed = true\n` };
  const version = await timed(() => build(builder.client, changed));
  const { artifact, wasm } = await build(builder.client, source);
  const again = await timed(() => build(builder.client, source));
  if (!wasm || 'reason' in wasm) throw new Error(wasm?.reason ?? 'there is no module');
  await measureLoader(wasm.artifact.sha256);
  const isolate: InstanceSpec = { runtime: 'isolate', kind: 'pipeline', artifact: wasm.artifact.sha256, plugin };
  await measure(onBuilder('builder, isolate', builder, isolate, colds), effort);
  const executable: ExecutableSpec = {
    runtime: 'executable',
    kind: 'pipeline',
    plugin,
    data: null,
    network: false,
    artifact: artifact.sha256,
  };
  await measure(onBuilder('builder, process', builder, executable, colds), effort);
  await measureContainers(executable);
  const { size_bytes: size, compressed_bytes: compressed } = wasm.artifact;
  console.log(`\nmodule                ${mib(size)}, ${(compressed / 2 ** 20).toFixed(1)} MiB compressed`);
  console.log(`build of both         empty cache ${ms(empty)}, new version ${ms(version)}, known ${ms(again)}`);
} finally {
  builder.end();
  rmSync(folder, { recursive: true, force: true });
}

async function measureLoader(module: string): Promise<void> {
  const found = findWorkerd();
  if ('reason' in found) throw new Error(found.reason);
  const loader = await startLoader(await blobOf(module), colds, builder.pid);
  for (const place of loader.places) await measure(place, effort);
  await loader.end();
}

async function measureContainers(executable: ExecutableSpec): Promise<void> {
  const found = await inContainers(await blobOf(executable.artifact), executable, containers);
  if ('missing' in found)
    return console.log(`container, process    not measured: Docker is not available (${found.missing})`);
  try {
    await measure(found.place, effort);
  } finally {
    await found.end();
  }
}

async function blobOf(sha256: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await (await builder.client.fetch(`/blobs/${sha256}`)).arrayBuffer());
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('The builder has another file.');
  return bytes;
}

// Measures what many environments over few packages store: `node bench/environments/growth.ts [--packages 300] [--environments 1000]`. A
// real builder installs, compiles and packs small packages that are made here; what the Worker would store is added up.
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { fetchUv, toolsFolder } from '../../scripts/testing/uv.ts';
import { environmentEventSchema } from '../../src/contract/builder/environments.ts';
import { type EnvironmentTarget, environmentTargetSchema, type Package } from '../../src/contract/builder/packages.ts';
import { sideBySide } from '../../src/core/side-by-side.ts';
import { BuilderClient, eventLines, token } from '../../test/builder/builder-client.ts';
import { writeZip } from '../../test/support/archives/zip-writer.ts';
import { secondsSince } from './deployments.ts';

const usage = `node bench/environments/growth.ts [OPTION...]

Measures what many environments over few packages store.`;

const { values } = readCommandLine(usage, {
  options: {
    packages: { type: 'string', default: '300' },
    environments: { type: 'string', default: '1000' },
  },
});
const counts = { packages: Number(values.packages), environments: Number(values.environments) };
const packagesOf = { least: 5, most: 40 };
/** Compressed sizes are spread evenly over the powers between them, like those of an index. */
const kibibytes = { least: 4, most: 1024 };
const atOnce = 4;

/** Lines of a lock. */
interface Wheel {
  name: string;
  sha256: string;
}

const state = await mkdtemp(join(tmpdir(), 'slipway-environments-growth-'));
try {
  await fetchUv();
  const wheels = join(state, 'wheels');
  await mkdir(wheels);
  const made: Wheel[] = [];
  for (let nth = 0; nth < counts.packages; nth++) made.push(await writeWheel(wheels, `bench_${nth}`));
  await withBuilder(wheels, (client, target) => measure(client, target, made));
} finally {
  await rm(state, { recursive: true, force: true });
}

/** Modules for a tenth of its size, and data that can't be compressed. */
async function writeWheel(folder: string, name: string): Promise<Wheel> {
  const size = 1024 * kibibytes.least * (kibibytes.most / kibibytes.least) ** Math.random();
  const module = () => `VALUE = "${randomBytes(400).toString('hex')}"\n`;
  const modules = Array.from({ length: Math.ceil(size / 10_000) }, (_, at) => [`${name}/m${at}.py`, module()]);
  const info = `${name}-1.0.0.dist-info`;
  const files: Record<string, string | Uint8Array> = {
    ...Object.fromEntries(modules),
    [`${name}/data.bin`]: randomBytes(size),
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: bench\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: '',
  };
  const bytes = writeZip(Object.entries(files).map(([path, data]) => ({ name: path, data })));
  await writeFile(join(folder, `${name}-1.0.0-py3-none-any.whl`), bytes);
  return { name: name.replaceAll('_', '-'), sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function withBuilder(
  wheels: string,
  work: (client: BuilderClient, target: EnvironmentTarget) => Promise<void>,
): Promise<void> {
  const settings = { BUILDER_TOKEN: token, BUILDER_PORT: '0', BUILDER_STATE: join(state, 'builder') };
  const env = { ...process.env, ...settings, BUILDER_TOOLS: toolsFolder, BUILDER_WHEELS: wheels };
  const builder = fork('builder/server/main.ts', { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [message] = await once(builder, 'message');
    const { port } = z.object({ port: z.number() }).parse(message);
    const client = new BuilderClient(`http://127.0.0.1:${port}`);
    const { body } = await client.send('GET', '/health');
    await work(client, z.object({ target: environmentTargetSchema }).parse(body).target);
  } finally {
    builder.kill('SIGINT');
    await once(builder, 'exit');
  }
}

async function measure(client: BuilderClient, target: EnvironmentTarget, wheels: readonly Wheel[]): Promise<void> {
  const stored = new Map<string, Package>();
  let whole = 0;
  let names = 0;
  const startedAt = performance.now();
  const environments = Array.from({ length: counts.environments }, (_, nth) => nth);
  await sideBySide(environments, atOnce, async (nth) => {
    const chosen = chooseFrom(wheels);
    const text = chosen.map(({ name, sha256 }) => `${name}==1.0.0 \\\n    --hash=sha256:${sha256}\n`).join('');
    const spec = {
      organization: `org_${nth % atOnce}`,
      lock: { digest: createHash('sha256').update(text).digest('hex'), text },
      target,
      stored: [...stored.values()].map(({ key, size_bytes, files }) => ({ key, size_bytes, files })),
    };
    const response = await client.fetch('/environments', { method: 'POST', body: JSON.stringify(spec) });
    const events = eventLines(await response.text()).map((line) => environmentEventSchema.parse(JSON.parse(line)));
    for (const event of events) if (event.type === 'package') stored.set(event.package.key, event.package);
    const last = events.at(-1);
    if (last?.type !== 'installed') throw new Error(`It was not installed: ${JSON.stringify(last)}`);
    const { packages } = last.environment;
    whole += packages.reduce((sum, { key }) => sum + archiveBytes(stored.get(key)), 0);
    names += packages.length;
  });
  const shared = [...stored.values()].reduce((sum, one) => sum + archiveBytes(one), 0);
  console.log(`${counts.environments} environments of ${(names / counts.environments).toFixed(1)} packages on average`);
  console.log(`in ${secondsSince(startedAt).toFixed()} s, load ${loadavg()[0]?.toFixed(1)}`);
  console.log(
    `each package once: ${stored.size} packages, ${mebibytes(shared)}; rows of environment_packages: ${names}`,
  );
  console.log(`each environment whole: ${mebibytes(whole)}, ${(whole / shared).toFixed(1)} times as much`);
}

/** Few packages are in most environments: the chance of the nth one is as 1 to n (Zipf). */
function chooseFrom(wheels: readonly Wheel[]): Wheel[] {
  const count = Math.min(
    wheels.length,
    packagesOf.least + Math.floor(Math.random() * (1 + packagesOf.most - packagesOf.least)),
  );
  const chosen = new Set<Wheel>();
  while (chosen.size < count) {
    const wheel = wheels[Math.floor((wheels.length + 1) ** Math.random()) - 1];
    if (wheel) chosen.add(wheel);
  }
  return [...chosen].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function archiveBytes(stored: Package | undefined): number {
  return stored?.parts.reduce((sum, { size_bytes }) => sum + size_bytes, 0) ?? 0;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

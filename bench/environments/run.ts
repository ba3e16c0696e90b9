// Measures publish to first answer with packages, by part: with none on disk, for a second plugin, redeployed, and on an empty builder that
// has only the store; and the memory meanwhile. README.md describes it.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { uvVersion } from '../../builder/server/environments/uv-release.ts';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { ExtractorClient } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { fetchUv, toolsFolder } from '../../scripts/testing/uv.ts';
import { withLocalServer } from '../local-server.ts';
import { deployAndCall, type Parts, printParts, publishAndCall, secondsSince } from './deployments.ts';
import { type BenchPlugin, sentences, small } from './plugins.ts';
import { pluginMemory, type Taken, Watch } from './processes.ts';

const usage = `node bench/environments/run.ts [OPTION...]

Measures publish to first answer with packages.`;

const { values } = readCommandLine(usage, {
  options: {
    /** `sentences`: sentence-transformers with torch, 2.7 GiB to download. `small`: numpy, pydantic and pillow. */
    plugin: { type: 'string', default: 'small' },
    /** `stored`: as in containers. `kept`: as under `npm start`, without a store to fetch packages from. */
    packages: { type: 'string', default: 'stored' },
    /** Measures also how long uv alone takes. */
    uv: { type: 'boolean', default: false },
  },
});
const plugins = new Map<string, BenchPlugin>([
  ['sentences', sentences],
  ['small', small],
]);
const plugin = pluginOf(values.plugin);

const state = await mkdtemp(join(tmpdir(), 'slipway-environments-'));
const options = { state, env: { BUILDER_PACKAGES: values.packages, BUILDER_TOOLS: toolsFolder } };
const rows: Record<string, Parts> = {};
const taken: Record<string, Taken> = {};
const first = { name: 'first', version: '1.0.0' };
try {
  await fetchUv();
  await withLocalServer(measureDisk, options);
  if (values.packages === 'stored') {
    for (const folder of ['environments', 'blobs'])
      await rm(join(state, 'builder', folder), { recursive: true, force: true });
    await withLocalServer(measureStore, options);
  }
  if (values.uv) await measureUv(plugin);
} finally {
  await rm(state, { recursive: true, force: true });
}
process.exit();

function pluginOf(name: string): BenchPlugin {
  const found = plugins.get(name);
  if (!found) throw new Error(`--plugin is one of ${[...plugins.keys()].join(', ')}`);
  return found;
}

async function measureDisk(local: Local): Promise<void> {
  const client = new ExtractorClient(local);
  const watch = new Watch(state);
  rows['nothing on disk'] = await publishAndCall(client, first, plugin);
  taken['nothing on disk'] = watch.end();
  rows['second plugin'] = await publishAndCall(client, { name: 'second', version: '1.0.0' }, plugin);
  rows['third plugin'] = await publishAndCall(client, { name: 'third', version: '1.0.0' }, plugin);
  for (const { rss, pss } of pluginMemory(state))
    console.log(`process of a plugin: ${rss.toFixed()} MiB, with its share of what several have ${pss.toFixed()} MiB`);
  rows['same version again'] = await deployAndCall(client, first, plugin);
  report();
}

/** The builder has nothing, and the store everything: the live versions start when they are called. */
async function measureStore(local: Local): Promise<void> {
  const client = new ExtractorClient(local);
  const watch = new Watch(state);
  rows['redeployed, only in the store'] = await deployAndCall(client, first, plugin);
  taken['redeployed, only in the store'] = watch.end();
  report();
}

function report(): void {
  console.log(`load ${loadavg()[0]?.toFixed(1)}`);
  printParts(rows);
  console.table(taken);
}

/** Measures what an author's own installation takes: the download, and unpacking. */
async function measureUv({ dependencies }: BenchPlugin): Promise<void> {
  const [uv, target] = [join(toolsFolder, `uv-${uvVersion}`), join(state, 'by-uv')];
  const startedAt = performance.now();
  const args = ['pip', 'install', '--no-config', '--cache-dir', join(state, 'uv-cache'), '--target', target];
  const { stderr } = await promisify(execFile)(uv, [...args, ...dependencies], { maxBuffer: Infinity });
  const lines = stderr.split('\n').filter((line) => /^(Resolved|Prepared|Installed)/.test(line));
  console.log(`uv alone: ${secondsSince(startedAt).toFixed()} s (${lines.join(', ')})`);
}

// Runs a good plugin alone, then beside plugins that leak, crash, hang and block their event loop. README.md describes it.
import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { ExtractorClient, waitUntilSettled } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { withLocalServer } from '../local-server.ts';
import { type Measured, measuredSchema } from '../realtime/load.ts';
import { badPlugins, filesOf, goodPlugin, type Subject } from './plugins.ts';

const usage = `node bench/neighbors/run.ts [OPTION...]

Measures a good plugin beside bad ones.`;

const { values } = readCommandLine(usage, {
  options: {
    /** How long the good plugin is measured: alone for a fifth of it, and beside the others. */
    seconds: { type: 'string', default: '300' },
    /** Calls of each bad plugin that are in progress at a time. */
    callers: { type: 'string', default: '2' },
    connections: { type: 'string', default: '4' },
  },
});
const seconds = Number(values.seconds);
const startMs = 120_000;

async function publish(client: ExtractorClient, subject: Subject, version: string, realtime: string): Promise<void> {
  const encoder = new TextEncoder();
  const archive = await packZip(
    Object.entries(filesOf(subject, version, realtime)).map(([path, text]) => ({
      path,
      bytes: new Uint8Array(encoder.encode(text)),
    })),
  );
  const upload = await client.requestUpload(subject.name, version, archive.length);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  const slug = `${subject.name}_${version.replaceAll('.', '_')}`;
  await client.deploy(slug);
  const { status, message } = await waitUntilSettled(client, slug, startMs);
  if (status !== 'DEPLOYED') throw new Error(`${slug} was not deployed: ${message}`);
}

function goodLoad(local: Local, forSeconds: number): Promise<Measured> {
  const load = {
    url: nameUrl(local, 'good'),
    headers: headersOf(local),
    body: JSON.stringify({ inputs: { text: 'abc' } }),
    expected: '"length":3',
    connections: Number(values.connections),
    seconds: forSeconds,
  };
  const child = spawn(process.execPath, ['bench/realtime/load.ts', JSON.stringify(load)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('close', () => {
      const printed = measuredSchema.safeParse(JSON.parse(text || 'null'));
      if (printed.success) resolve(printed.data);
      else reject(new Error('the load generator failed'));
    });
  });
}

function nameUrl({ url, namespace_id }: Local, name: string): string {
  return `${url}/v1/namespaces/${namespace_id}/plugins/by-name/${name}/realtime`;
}

function headersOf({ api_key }: Local): Record<string, string> {
  return { authorization: `Bearer ${api_key}`, 'content-type': 'application/json' };
}

/** Calls until the end. Returns how often each outcome occurred. */
async function callBadly(local: Local, name: string, until: number): Promise<Map<string, number>> {
  const outcomes = new Map<string, number>();
  while (performance.now() < until) {
    const response = await fetch(nameUrl(local, name), {
      method: 'POST',
      headers: headersOf(local),
      body: '{"inputs":{}}',
    });
    const parsed = answer.safeParse(await response.json());
    const [outcome] = parsed.data?.error?.split(':') ?? [];
    const key = response.status === 200 ? (outcome ?? 'success') : String(response.status);
    outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
    await delay(50);
  }
  return outcomes;
}

const answer = z.object({ error: z.string().nullish() });

/** Returns the output that an author reads on the command line. */
function slipway(local: Local, ...args: string[]): string {
  const env = {
    ...process.env,
    SLIPWAY_BASE_URL: local.url,
    SLIPWAY_API_KEY: local.api_key,
    SLIPWAY_NAMESPACE: local.namespace_id,
    NO_COLOR: '1',
  };
  try {
    return execFileSync(process.execPath, ['src/cli/main.ts', ...args], { env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return String(error);
  }
}

function printMeasured(title: string, { callsPerSecond, p50, p99, failed }: Measured): void {
  const calls = `${callsPerSecond.toFixed(0)} calls/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  console.log(`${title.padEnd(22)}${calls}, ${failed} failed`);
}

async function compare(local: Local, client: ExtractorClient): Promise<void> {
  await publish(client, goodPlugin, '1.0.0', goodPlugin.realtime);
  printMeasured('good, alone', await goodLoad(local, Math.ceil(seconds / 5)));
  for (const subject of badPlugins) {
    if (subject.before !== undefined) await publish(client, subject, '1.0.0', subject.before);
    await publish(client, subject, subject.before === undefined ? '1.0.0' : '1.0.1', subject.realtime);
  }
  const until = performance.now() + seconds * 1000;
  const callers = badPlugins.flatMap(({ name }) =>
    Array.from({ length: Number(values.callers) }, async () => ({ name, calls: await callBadly(local, name, until) })),
  );
  printMeasured('good, beside the others', await goodLoad(local, seconds));
  for (const { name, calls } of await Promise.all(callers))
    console.log(`${name.padEnd(10)} ${[...calls].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`);
  for (const { name, before } of badPlugins) {
    const version = before === undefined ? name : `${name}@1.0.1`;
    for (const command of [
      ['status', version],
      ['logs', version, '--tail', '12'],
    ])
      console.log(`\n$ slipway ${command.join(' ')}\n${slipway(local, ...command).trimEnd()}`);
  }
  console.log(`\n$ slipway log crashing\n${slipway(local, 'log', 'crashing').trimEnd()}`);
}

await withLocalServer((local) => compare(local, new ExtractorClient(local)));
process.exit();

// Publishes, deploys and calls a plugin, and says how long each part took: from the client, the steps of the deployment and their logs.
import { type ExtractorClient, waitUntilSettled } from '../../scripts/local/extractor-client.ts';
import { packZip } from '../../src/archive/zip/pack.ts';
import { type BenchPlugin, filesOf } from './plugins.ts';

const settleMs = 30 * 60_000;
const pollMs = 200;

export interface Version {
  name: string;
  version: string;
}

/** Seconds by part. `total` is more than their sum: between the parts a deployment waits for its turn. */
export type Parts = Record<
  'publish' | 'lock' | 'install' | 'pack and store' | 'start' | 'verify' | 'call' | 'total',
  number
>;

const slugOf = ({ name, version }: Version) => `${name}_${version.replaceAll('.', '_')}`;

/** Publishes a version, deploys it, and calls it once. */
export async function publishAndCall(client: ExtractorClient, version: Version, plugin: BenchPlugin): Promise<Parts> {
  const startedAt = performance.now();
  const encoder = new TextEncoder();
  const entries = Object.entries(filesOf(version, plugin));
  const archive = await packZip(entries.map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })));
  const upload = await client.requestUpload(version.name, version.version, archive.length);
  const etag = await client.putArchive(upload.presigned_url, archive);
  await client.confirm(upload.upload_id, etag, archive.length);
  const publish = secondsSince(startedAt);
  return { ...(await deployAndCall(client, version, plugin)), publish, total: secondsSince(startedAt) };
}

/** Deploys a version that is published, and calls it once. */
export async function deployAndCall(client: ExtractorClient, version: Version, plugin: BenchPlugin): Promise<Parts> {
  const startedAt = performance.now();
  const slug = slugOf(version);
  const { deployment_id } = await client.deploy(slug);
  const { status, message } = await waitUntilSettled(client, slug, settleMs, pollMs);
  const { steps } = await client.deployment(deployment_id);
  if (status !== 'DEPLOYED') {
    for (const { step, log } of steps) for (const { line } of log.slice(-5)) console.error(`${step}: ${line}`);
    throw new Error(`${slug} was not deployed: ${message}`);
  }
  const call = await firstCall(client, version, plugin);
  const stepSeconds = (name: string) => {
    const done = steps.filter(({ step }) => step === name);
    return done.reduce((sum, { started_at, ended_at }) => sum + between(started_at, ended_at), 0);
  };
  const lines = steps.flatMap(({ log }) => log);
  const at = (text: RegExp) => lines.findLast(({ line }) => text.test(line))?.at;
  const [begun, locked] = [lines.find(({ line }) => line === 'resolve')?.at, at(/^locked by /)];
  const [began, installed] = [lines.find(({ line }) => line === 'download')?.at, at(/: installed, .* package \d+ of/)];
  return {
    publish: 0,
    lock: between(begun, locked),
    install: between(began, installed),
    'pack and store': between(installed, at(/^environment .* stored: /)),
    start: stepSeconds('start'),
    verify: stepSeconds('verify') + stepSeconds('promote'),
    call,
    total: secondsSince(startedAt),
  };
}

/** Returns how long a call took. Throws if it was not answered. */
export async function firstCall(
  client: ExtractorClient,
  version: Version,
  { inputs }: Pick<BenchPlugin, 'inputs'>,
): Promise<number> {
  const startedAt = performance.now();
  const answer = await client.call(slugOf(version), inputs);
  if (answer.status !== 'success') throw new Error(`${slugOf(version)} answered ${JSON.stringify(answer)}`);
  return secondsSince(startedAt);
}

export function printParts(rows: Record<string, Parts>): void {
  const rounded = Object.entries(rows).map(([what, parts]) => [
    what,
    Object.fromEntries(Object.entries(parts).map(([part, seconds]) => [part, seconds.toFixed(2)])),
  ]);
  console.table(Object.fromEntries(rounded));
}

export function secondsSince(ms: number): number {
  return (performance.now() - ms) / 1000;
}

function between(from: string | null | undefined, to: string | null | undefined): number {
  return from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : 0;
}

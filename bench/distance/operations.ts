// The operations that bench/distance measures, each prepared so that it meets what its name says.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { packZip } from '../../src/archive/zip/pack.ts';
import type { FarClient, Took, Trips } from './far-client.ts';

export interface Operation {
  name: string;
  /** How often it is measured at each distance; the median counts. */
  repeats: number;
  run(client: FarClient): Promise<Took>;
}

const liveMs = 300_000;
const called = 'near_1_0_0';
const versions = { next: 1 };

const uploadSchema = z.object({ upload_id: z.string(), presigned_url: z.string() });
const statusSchema = z.object({ status: z.string() });

export const call = { inputs: { text: 'hello' } };
export const callByVersion = (client: FarClient) => client.plugins(`/${called}/realtime/test`);
const byName = (client: FarClient) => client.plugins('/by-name/near/realtime');

/** A call some time after the last one of the same isolate. */
function callAfter(name: string, aheadMs: number, path: (client: FarClient) => string): Operation {
  const run = async (client: FarClient) => {
    await client.send('POST', path(client), { body: call, as: 'near' });
    await client.wait(aheadMs);
    return client.send('POST', path(client), { body: call });
  };
  return { name, repeats: 5, run };
}

function get(name: string, path: string): Operation {
  return { name, repeats: 5, run: (client) => client.send('GET', client.plugins(path)) };
}

/** The requests of the page of a plugin, which the console sends at the same time. */
async function openPage(client: FarClient): Promise<Took> {
  const paths = [`/${called}`, `/${called}/status`, '/by-name/near/versions', '/by-name/near/traffic'];
  const started = performance.now();
  const answers = await Promise.all(paths.map((path) => client.send('GET', client.plugins(path))));
  return { ms: performance.now() - started, trips: most(answers.map(({ trips }) => trips)) };
}

/** The trips of the request that makes the most of them: the others wait beside it. */
function most(all: Trips[]): Trips {
  const sum = (trips: Trips) => Object.values(trips).reduce((total, count) => total + count, 0);
  return all.reduce((one, other) => (sum(other) > sum(one) ? other : one));
}

/** Python with names that differ, in files of a megabyte. */
function largeFiles(bytes: number): Record<string, string> {
  const line = (file: number, nth: number) =>
    `def step_${file}_${nth}(x, y=${nth * 7919}):\n    return [x + y, ${nth}]\n\n`;
  const files = Math.ceil(bytes / 1_000_000);
  const text = (file: number) => Array.from({ length: 18_000 }, (_, nth) => line(file, nth)).join('');
  return Object.fromEntries(Array.from({ length: files }, (_, file) => [`parts/part_${file}.py`, text(file)]));
}

export async function archiveOf(
  version: string,
  permissions: object,
  { name = 'near', sourceBytes = 0 } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const files = {
    ...largeFiles(sourceBytes),
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\noutput_schema = {}\npermissions = ${JSON.stringify(permissions)}\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py':
      'class RealtimeHandler:\n    def predict(self, request):\n        return {"length": len(request.get("text", ""))}\n',
  };
  const encoder = new TextEncoder();
  return packZip(Object.entries(files).map(([path, text]) => ({ path, bytes: new Uint8Array(encoder.encode(text)) })));
}

/** Publishes the next version without a distance, except for the step that is measured. */
async function publish(
  client: FarClient,
  measured?: 'presign' | 'confirm',
  permissions: object = {},
): Promise<Took & { slug: string }> {
  const version = `1.0.${versions.next++}`;
  const archive = await archiveOf(version, permissions);
  const as = (step: string) => (step === measured ? {} : { as: 'near' as const });
  const body = { name: 'near', version, file_size_bytes: archive.length };
  const presigned = await client.send('POST', client.plugins('/uploads'), { body, ...as('presign') });
  const { upload_id, presigned_url } = uploadSchema.parse(presigned.body);
  const put = await fetch(presigned_url, { method: 'PUT', headers: { 'x-near': '1' }, body: archive });
  if (!put.ok) throw new Error(`PUT: ${put.status}`);
  const path = client.plugins(`/uploads/${upload_id}/confirm`);
  const confirmed = await client.send('POST', path, { body: {}, ...as('confirm') });
  return { ...(measured === 'presign' ? presigned : confirmed), slug: `near_${version.replaceAll('.', '_')}` };
}

/** Publishes the next version, which asks for the permissions, and returns its slug. */
export async function nextVersion(client: FarClient, permissions: object = {}): Promise<string> {
  return (await publish(client, undefined, permissions)).slug;
}

/** Measures from the request until the version serves: a poll that is not delayed finds it live. */
async function deploy(client: FarClient): Promise<Took> {
  const { slug } = await publish(client);
  await client.messages();
  const started = performance.now();
  const requested = await client.send('POST', client.plugins(`/${slug}/deploy`), { body: {} });
  await live(client, slug);
  const ms = performance.now() - started;
  const advanced = await advancedBy(client);
  return { ms, trips: [requested, ...advanced].map(({ trips }) => trips).reduce(added) };
}

/** The messages that moved the deployment, once they have ended. */
async function advancedBy(client: FarClient): Promise<Took[]> {
  const advanced: Took[] = [];
  while (advanced.length === 0) {
    await delay(100);
    for (const message of await client.messages()) if (message.type === 'advance-deployment') advanced.push(message);
  }
  return advanced;
}

function added(one: Trips, other: Trips): Trips {
  return {
    primary: one.primary + other.primary,
    replica: one.replica + other.replica,
    r2: one.r2 + other.r2,
    queue: one.queue + other.queue,
    builder: one.builder + other.builder,
  };
}

export async function live(client: FarClient, slug: string): Promise<void> {
  const until = performance.now() + liveMs;
  for (;;) {
    const { body } = await client.send('GET', client.plugins(`/${slug}/status`), { as: 'near' });
    const { status } = statusSchema.parse(body);
    if (status === 'DEPLOYED') return;
    if (status === 'FAILED' || performance.now() > until) throw new Error(`${slug} is ${status}`);
  }
}

/** Publishes and deploys what the operations call and read. */
export async function prepare(client: FarClient): Promise<void> {
  versions.next = 0;
  const { slug } = await publish(client);
  await client.send('POST', client.plugins(`/${slug}/deploy`), { body: {} });
  await live(client, slug);
}

const seconds = 1000;

export const operations: Operation[] = [
  callAfter('call, key and route cached', 0, callByVersion),
  callAfter('call, 2 s after the last one', 2 * seconds, callByVersion),
  callAfter('call by name, 2 s after the last one', 2 * seconds, byName),
  callAfter('call, 9 s after the last one', 9 * seconds, callByVersion),
  callAfter('call, 11 s after the last one', 11 * seconds, callByVersion),
  {
    name: 'call, first of an isolate',
    repeats: 5,
    run: (client) => client.send('POST', callByVersion(client), { body: call, as: 'cold' }),
  },
  get('GET of a plugin', `/${called}`),
  get('list of plugins', ''),
  get('status of a plugin', `/${called}/status`),
  { name: 'page of a plugin in the console', repeats: 5, run: openPage },
  { name: 'presign', repeats: 3, run: (client) => publish(client, 'presign') },
  { name: 'confirm', repeats: 3, run: (client) => publish(client, 'confirm') },
  { name: 'deploy until it serves', repeats: 3, run: deploy },
  { name: 'idle tick of the sweep', repeats: 3, run: (client) => client.sweep() },
];

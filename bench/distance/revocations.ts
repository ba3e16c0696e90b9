// Measures how long after a change the last of three isolates refuses calls: one that calls all the time, one whose replica stands still
// for 30 s at a time, and one that called once before. Another isolate makes the change. Then takes the database from one isolate that has
// a route to an undeployed version, and looks whether its calls start the instance again after the drain.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { FarClient } from './far-client.ts';
import { withFarAwayServer } from './local.ts';
import { call, live, nextVersion, prepare } from './operations.ts';

const usage = `node bench/distance/revocations.ts [NAME]

Measures how long after a change calls are refused.

  NAME   part of a change's name (all)`;

const { positionals } = readCommandLine(usage, { options: {}, positionals: [0, 1] });

const seconds = 1000;
const everyMs = 100;
const isolates = ['steady', 'lagging', 'quiet'];
const [only] = positionals;
const wantedMs = 10 * seconds;

interface Place {
  /** Has a key of its own. */
  client: FarClient;
  keyId: string;
  namespaceId: string;
  slug: string;
}

interface Change {
  name: string;
  /** Permissions that the plugin asks for, and is granted before. */
  permissions?: object;
  make(admin: FarClient, place: Place): Promise<unknown>;
}

function pathIn(admin: FarClient, { namespaceId, slug }: Place, rest: string): string {
  return admin.inNamespace(namespaceId).plugins(`/${slug}${rest}`);
}

const host = { network: ['api.example.com'] };
const secret = { secrets: ['TOKEN'] };
const permissions = { ...host, ...secret };

function putGrant(admin: FarClient, namespaceId: string, granted: object): Promise<unknown> {
  const body = { plugin: 'near', namespace: namespaceId, permissions: granted };
  return admin.send('PUT', '/v1/grants', { body });
}

const changes: Change[] = [
  { name: 'undeployed', make: (admin, place) => admin.send('POST', pathIn(admin, place, '/undeploy')) },
  { name: 'deleted', make: (admin, place) => admin.send('DELETE', pathIn(admin, place, '?force=true')) },
  { name: 'key revoked', make: (admin, { keyId }) => admin.send('DELETE', `/v1/keys/${keyId}`) },
  {
    name: 'namespace deleted',
    make: (admin, { namespaceId }) => admin.send('DELETE', `/v1/namespaces/${namespaceId}`),
  },
  {
    name: 'grant revoked',
    permissions,
    make: (admin, { namespaceId }) => admin.send('DELETE', `/v1/grants?plugin=near&namespace=${namespaceId}`),
  },
  { name: 'host revoked', permissions, make: (admin, { namespaceId }) => putGrant(admin, namespaceId, secret) },
  { name: 'secret revoked', permissions, make: (admin, { namespaceId }) => putGrant(admin, namespaceId, host) },
];

const keySchema = z.object({ api_key: z.string(), key_id: z.string() });
const answerSchema = z.object({ status: z.string() });
const namespaceSchema = z.object({ namespace_id: z.string() });

/** A namespace of its own with a live plugin, and a key of its own that calls it. */
async function placeFor(admin: FarClient, name: string, asked?: object): Promise<Place> {
  const created = await admin.send('POST', '/v1/namespaces', {
    body: { namespace_name: name, feature_extractors: [{ feature_extractor_name: 'near', version: '1.0.0' }] },
  });
  const { namespace_id: namespaceId } = namespaceSchema.parse(created.body);
  const own = admin.inNamespace(namespaceId);
  const slug = await nextVersion(own, asked);
  if (asked) {
    await admin.send('PUT', `/v1/namespaces/${namespaceId}/secrets/TOKEN`, { body: { value: 'value-of-token' } });
    await putGrant(admin, namespaceId, asked);
  }
  await own.send('POST', own.plugins(`/${slug}/deploy`), { body: {} });
  await live(own, slug);
  const wanted = { name, scopes: ['plugins:read', 'plugins:invoke'], namespace_ids: [namespaceId] };
  const { api_key, key_id } = keySchema.parse((await admin.send('POST', '/v1/keys', { body: wanted })).body);
  return { client: own.withKey(api_key), keyId: key_id, namespaceId, slug };
}

/** Whether the plugin answered. A call that may not start it is answered by an error. */
async function isAnswered({ client, slug }: Place, isolate: string): Promise<boolean> {
  const path = client.plugins(`/${slug}/realtime/test`);
  const { status, text } = await client.ask('POST', path, { body: call, isolate });
  return status === 200 && answerSchema.parse(JSON.parse(text)).status === 'success';
}

/** Calls until the isolate refuses, and returns when that call was sent, and how the next ones were answered. */
async function untilRefused(place: Place, isolate: string, since: number): Promise<{ ms: number; again: boolean }> {
  if (isolate === 'quiet') await delay(9 * seconds);
  for (;;) {
    const at = performance.now();
    if (!(await isAnswered(place, isolate))) {
      const after = await Promise.all(Array.from({ length: 20 }, () => isAnswered(place, isolate)));
      return { ms: at - since, again: after.includes(true) };
    }
    if (at - since > 60 * seconds) return { ms: Number.POSITIVE_INFINITY, again: false };
    await delay(everyMs);
  }
}

async function measure(admin: FarClient, { name, permissions: asked, make }: Change): Promise<void> {
  const place = await placeFor(admin, `bench_${name.replaceAll(' ', '_')}`, asked);
  for (const isolate of isolates)
    if (!(await isAnswered(place, isolate))) throw new Error(`${name}: ${isolate} is not answered before`);
  await make(admin, place);
  const since = performance.now();
  const found = await Promise.all(isolates.map((isolate) => untilRefused(place, isolate, since)));
  const last = Math.max(...found.map(({ ms }) => ms));
  const again = found.some((one) => one.again) ? 'answered again' : '';
  const each = found.map(({ ms }, i) => `${isolates[i]} ${Math.round(ms)}`);
  console.log(`| ${name} | ${each.join(', ')} | ${Math.round(last)} | ${last <= wantedMs ? 'yes' : 'no'} | ${again} |`);
}

const statusSchema = z.object({ deployment_id: z.string() });
const instanceSchema = z.object({ instance: z.object({ state: z.string() }).nullish() });

async function instanceState(admin: FarClient, { namespaceId }: Place, deploymentId: string): Promise<string> {
  const { body } = await admin.send('GET', `/v1/namespaces/${namespaceId}/deployments/${deploymentId}`);
  return instanceSchema.parse(body).instance?.state ?? 'gone';
}

/** An isolate without a database calls on by its route for a minute. After the drain nothing answers, and nothing is started. */
async function staleRoute(admin: FarClient): Promise<void> {
  const place = await placeFor(admin, 'bench_stale_route');
  const { body } = await admin.send('GET', `/v1/namespaces/${place.namespaceId}/deployments?limit=1`);
  const { deployment_id } = z.object({ results: z.tuple([statusSchema]) }).parse(body).results[0];
  await isAnswered(place, 'lost');
  await admin.loseDatabase('fails', 'lost');
  await admin.send('POST', pathIn(admin, place, '/undeploy'));
  const since = performance.now();
  const states: string[] = [];
  const answers: [at: number, answered: boolean][] = [];
  while (performance.now() - since < 75 * seconds) {
    answers.push([performance.now() - since, await isAnswered(place, 'lost')]);
    states.push(await instanceState(admin, place, deployment_id));
    await admin.sweep();
    await delay(2 * seconds);
  }
  await admin.loseDatabase(null);
  const last = answers.findLast(([, answered]) => answered)?.[0] ?? 0;
  const refused = answers.filter(([, answered]) => !answered).length;
  console.log(`A route to an undeployed version, in an isolate without a database: ${refused} calls refused,`);
  const begun = states.filter((state, i) => state === 'running' && states[i - 1] !== 'running' && i > 0).length;
  console.log(
    `the last answer after ${(last / seconds).toFixed(1)} s; instance ${[...new Set(states)].join(' → ')}; started again ${begun} times`,
  );
}

await withFarAwayServer(async (local) => {
  const admin = new FarClient(local);
  await admin.setDistance(30);
  await prepare(admin);
  const beats = setInterval(() => void admin.wait(0), 5 * seconds);
  console.log('| change | first refusal by isolate, ms | last, ms | within 10 s | |');
  console.log('|---|---|---|---|---|');
  for (const change of changes.filter(({ name }) => only === undefined || name.includes(only)))
    await measure(admin, change);
  if (only === undefined) await staleRoute(admin);
  clearInterval(beats);
});
process.exit();

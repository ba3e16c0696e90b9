// Shows deploy hooks at work: `node scripts/push-to-deploy.ts`. Starts Slipway, a Git server whose post-receive hooks sign as each
// provider does, and a receiver of webhooks. Pushes a tag for a plugin of each kind and reports how long it took until the new version
// answered, then sends 200 pushes at the same time. Fails if a version is not live or an event is missing. Needs Go and Git.
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { SlipwayClient } from '../src/client/client.ts';
import { newStateFolder, startSlipway } from '../test/e2e/slipway.ts';
import { GitHost } from './hooks/git-host.ts';
import { signedPush } from './hooks/signed-push.ts';
import { type Delivery, deliveriesOf, extractorSubject, goSubject, type Subject } from './hooks/subjects.ts';
import { readCommandLine } from './local/command-line.ts';
import { freePorts, loopback } from './local/ports.ts';
import { duration, print, row } from './local/terminal.ts';

const usage = `node scripts/push-to-deploy.ts

Shows deploy hooks at work.`;

readCommandLine(usage, { options: {} });

const burstSize = 200;
const endedMs = 180_000;
const eventModel = z.object({ id: z.string(), type: z.string(), subject_id: z.string() });
type ReceivedEvent = z.infer<typeof eventModel>;

const [receiverPort = 0] = await freePorts(1);
const received: ReceivedEvent[] = [];
let webhookSecret = '';
const receiver = createServer((request, response) => {
  void text(request).then((body) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    received.push(eventModel.parse(new Webhook(webhookSecret).verify(body, headers)));
    response.end();
  });
}).listen(receiverPort, loopback);

const state = await newStateFolder();
const git = await GitHost.start();
const slipway = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
const faults: string[] = [];
try {
  const local = await slipway.ready();
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const endpoint = { url: `http://${loopback}:${receiverPort}/`, events: ['push.' as const] };
  webhookSecret = (await client.post('/v1/webhooks', { body: endpoint })).secret;
  const reach = { client, local, git };
  const subjects = [
    await goSubject(reach, 'pipeline', { provider: 'github' }),
    await goSubject(reach, 'storage', { provider: 'gitea' }),
    await extractorSubject(reach, { name: 'pushed_ext', provider: 'gitlab' }),
    await extractorSubject(reach, { name: 'signed_ext', provider: 'generic' }),
  ];
  print(`\nA pushed tag\n`);
  for (const subject of subjects) await pushTag(client, subject);
  print(`\n${burstSize} pushes at the same time\n`);
  for (const subject of [subjects[2], subjects[0]]) if (subject) await burst(client, subject);
  for (const fault of faults) print(row('failed', fault));
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await slipway.stop();
  await rm(state, { recursive: true, force: true });
  receiver.closeAllConnections();
  receiver.close();
  await git.close();
}
process.exit();

async function until<Value>(read: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + endedMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`Nothing after ${endedMs / 1000} s.`);
    await delay(20);
  }
}

async function pushTag(client: SlipwayClient, subject: Subject): Promise<void> {
  const { repository, title, provider } = subject;
  repository.commit(subject.filesOf(1));
  const startedAt = performance.now();
  await repository.push('refs/tags/v1.1.0');
  const pushedMs = performance.now() - startedAt;
  const ended = await until(async () =>
    (await deliveriesOf(client, subject)).find(({ ended_at }) => ended_at !== null),
  );
  const answer = await subject.call();
  const calledMs = performance.now() - startedAt;
  if (ended.status !== 'live' || answer !== '1.1.0')
    faults.push(`${title}: ${ended.status} ${ended.message} ${answer}`);
  const event = await until(async () =>
    received.find(({ type, subject_id }) => type === 'push.live' && subject_id === ended.delivery_id),
  );
  const webhookMs = performance.now() - startedAt;
  const { results } = await client.get('/v1/events', { query: { type: 'push.', limit: 100 } });
  const types = results.filter(({ subject_id }) => subject_id === ended.delivery_id).map(({ type }) => type);
  if (!results.some(({ id }) => id === event.id)) faults.push(`${title}: ${event.id} is not in the audit log`);
  print(row(title.split(' ')[0] ?? '', `${title}, ${provider}: ${ended.status}, answered ${answer}`, calledMs));
  print(`              git push returned after ${duration(pushedMs)}; after it was received: ${stepsOf(ended)}`);
  print(`              events ${types.reverse().join(', ')}`);
  print(`              webhook ${event.type} ${event.id} after ${duration(webhookMs)}`);
}

/** `fetched 1.1 s, scanned 1.3 s, …` */
function stepsOf({ received_at, ...delivery }: Delivery): string {
  const steps = {
    fetched: delivery.fetched_at,
    scanned: delivery.scanned_at,
    built: delivery.built_at,
    live: delivery.ended_at,
  };
  return Object.entries(steps)
    .flatMap(([name, time]) => (time ? [`${name} ${duration(Date.parse(time) - Date.parse(received_at))}`] : []))
    .join(', ');
}

/** All pushes but the last one report a tag that is published already. */
async function burst(client: SlipwayClient, subject: Subject): Promise<void> {
  const { hook, provider, repository, title } = subject;
  const before = (await deliveriesOf(client, subject)).length;
  repository.commit(subject.filesOf(2));
  const commit = { repository: repository.url, before: '0'.repeat(40), after: '1'.repeat(40) };
  await repository.push('refs/heads/next'); // not selected by the hook
  const pushOf = (ref: string) => signedPush(provider, hook.secret, { ...commit, ref });
  const times: number[] = [];
  const send = async (ref: string) => {
    const startedAt = performance.now();
    const response = await fetch(hook.url, { method: 'POST', ...pushOf(ref) });
    await response.body?.cancel();
    times.push(performance.now() - startedAt);
    return response.status;
  };
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: burstSize - 1 }, () => send('refs/tags/v1.1.0')));
  await repository.push('refs/tags/v1.2.0');
  const answeredMs = performance.now() - startedAt;
  const ended = await until(async () => {
    const all = (await deliveriesOf(client, subject)).slice(0, -before);
    return all.every(({ ended_at }) => ended_at !== null) ? all : undefined;
  });
  const endedAfterMs = performance.now() - startedAt;
  const answer = await subject.call();
  const of = (status: Delivery['status']) => ended.filter((delivery) => delivery.status === status).length;
  const runs = ended.filter(({ upload_id }) => upload_id !== null).length;
  if (answer !== '1.2.0' || of('superseded') + of('live') < burstSize) faults.push(`${title}: ${answer} answered`);
  const sorted = times.sort((a, b) => a - b);
  const accepted = answers.filter((status) => status === 202).length;
  print(row(title.split(' ')[0] ?? '', `${accepted} of ${answers.length} accepted, and a pushed tag`, answeredMs));
  print(`              answers: median ${duration(sorted[100] ?? 0)}, at most ${duration(sorted.at(-1) ?? 0)}`);
  print(
    `              ${of('live')} live, ${of('superseded')} superseded, ${runs} runs; ${answer} answers, after ${duration(endedAfterMs)}`,
  );
}

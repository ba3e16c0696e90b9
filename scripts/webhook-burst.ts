// Tests webhook delivery under failures: `node scripts/webhook-burst.ts`. Sends 500 events to a receiver that verifies them with the
// standardwebhooks library, while all of Slipway is killed and restarted three times. Then checks deliveries to receivers that answer
// 500, 302, 410 or not at all. Fails if an event is lost. With `--failing`, sends 1,300 events to a receiver of which 30 % of the first
// attempts fail, a sixth of these by hanging for 35 s, while Slipway is killed twice. All have to arrive within 150 s.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { readCommandLine } from './local/command-line.ts';
import { localFile, localSchema } from './local/organization.ts';
import { freePorts, loopback } from './local/ports.ts';
import { duration, print, row } from './local/terminal.ts';
import { type BurstResult, burstFaults } from './testing/burst-faults.ts';

const usage = `node scripts/webhook-burst.ts [--failing]

  --failing   1,300 events, a third of which fail at first`;

const { values: options } = readCommandLine(usage, { options: { failing: { type: 'boolean', default: false } } });
const events = options.failing ? 1300 : 500;
const killAfter = options.failing ? [400, 900] : [100, 250, 400];
const clients = 8;
const deliveryTimeoutMs = 240_000;
/** Longest time from the first event to the last one's arrival. */
const failingMaxMs = 150_000;
const hangMs = 35_000;
const retriesMs = 45_000;

const attemptModel = z.object({ status_code: z.int().nullable(), error: z.string().nullable(), duration_ms: z.int() });
const deliveryModel = z.object({ delivery_id: z.string(), status: z.string(), next_attempt_at: z.string().nullable() });

const [port = 0, builderPort = 0, receiverPort = 0] = await freePorts(3);
const state = await mkdtemp(join(tmpdir(), 'slipway-burst-'));
const receiverUrl = `http://${loopback}:${receiverPort}`;

class Slipway {
  #child: ChildProcess | undefined;
  #key = '';
  #namespaceId = '';

  async start(): Promise<void> {
    const settings = { PORT: port, BUILDER_PORT: builderPort, SLIPWAY_STATE: state, SLIPWAY_ALLOW_LOOPBACK: 1 };
    const env = { ...process.env, ...Object.fromEntries(Object.entries(settings).map(([k, v]) => [k, String(v)])) };
    this.#child = spawn(process.execPath, ['scripts/start.js', '--no-demo'], { env, stdio: 'ignore' });
    for (let tries = 0; tries < 600 && !(await this.#healthy()); tries++) await delay(100);
    const local = localSchema.parse(JSON.parse(await readFile(localFile(state), 'utf8')));
    this.#key = local.api_key;
    this.#namespaceId = local.namespace_id;
  }

  async #healthy(): Promise<boolean> {
    return fetch(`http://${loopback}:${port}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
  }

  /** Kills the process without a chance to clean up. workerd and the builder end with it. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    child.kill('SIGKILL');
    await once(child, 'close');
    while (await this.#healthy()) await delay(20);
  }

  async call<Answer>(method: string, path: string, model: z.ZodType<Answer>, body?: unknown): Promise<Answer> {
    const response = await fetch(`http://${loopback}:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return model.parse(JSON.parse(text));
  }

  /** Triggers one event, upload.created. */
  async triggerEvent(): Promise<void> {
    const path = `/v1/namespaces/${this.#namespaceId}/plugins/uploads`;
    await this.call('POST', path, z.unknown(), { name: 'burst_ext', file_size_bytes: 10 });
  }
}

/** Verifies and counts deliveries at /good. At other paths, responds with the status in the path. */
class Receivers {
  readonly seen = new Map<string, number>();
  readonly counts: Record<string, number> = {};
  refused = 0;
  secret = '';
  readonly #attempted = new Set<string>();

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString();
    const path = request.url ?? '';
    this.counts[path] = (this.counts[path] ?? 0) + 1;
    if (path === '/slow') return;
    if (path !== '/good') {
      response.writeHead(Number(path.slice(1)), { location: `${receiverUrl}/elsewhere` }).end(`this is ${path}`);
      return;
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)]));
    try {
      const { id } = z.object({ id: z.string() }).parse(new Webhook(this.secret).verify(body, headers));
      if (id !== headers['webhook-id']) throw new Error('the body belongs to another event');
      if (options.failing && (await this.#fails(id, response))) return;
      this.seen.set(id, (this.seen.get(id) ?? 0) + 1);
      await delay(20);
      response.writeHead(204).end();
    } catch {
      this.refused += 1;
      response.writeHead(400).end();
    }
  }

  /** Fails some of the first attempts: of twenty, five get 500 and one hangs for 35 s, so 30 % fail, a sixth of them by hanging. */
  async #fails(id: string, response: ServerResponse): Promise<boolean> {
    if (this.#attempted.has(id)) return false;
    const nth = this.#attempted.add(id).size;
    if (nth % 10 >= 3) return false;
    const failure = nth % 20 === 1 ? 'hung' : '500';
    this.counts[failure] = (this.counts[failure] ?? 0) + 1;
    if (failure === 'hung') await delay(hangMs);
    response.writeHead(500).end();
    return true;
  }
}

const slipway = new Slipway();
const receivers = new Receivers();
const server = createServer((request, response) => void receivers.answer(request, response));
server.listen(receiverPort, loopback);
try {
  await slipway.start();
  const sent = await burst();
  const others = options.failing ? { redirectsFollowed: 0, goneEndpoint: 'disabled' } : await badReceivers();
  const faults = burstFaults({ ...sent, ...others });
  if (options.failing && sent.arrivedMs > failingMaxMs)
    faults.push(`the last event arrived after ${duration(sent.arrivedMs)}`);
  for (const fault of faults) print(row('failed', fault));
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await slipway.kill();
  server.closeAllConnections();
  server.close();
  await rm(state, { recursive: true, force: true });
}

async function endpoint(path: string): Promise<{ id: string; secret: string }> {
  const model = z.object({ endpoint_id: z.string(), secret: z.string() });
  const requested = { url: `${receiverUrl}${path}`, events: ['upload.created'] };
  const { endpoint_id, secret } = await slipway.call('POST', '/v1/webhooks', model, requested);
  return { id: endpoint_id, secret };
}

async function burst(): Promise<Omit<BurstResult, 'redirectsFollowed' | 'goneEndpoint'> & { arrivedMs: number }> {
  receivers.secret = (await endpoint('/good')).secret;
  let started = 0;
  let completed = 0;
  let restarting: Promise<void> | undefined;
  const restart = async () => {
    await slipway.kill();
    await slipway.start();
    restarting = undefined;
  };
  const client = async () => {
    while (started < events) {
      started += 1;
      for (let done = false; !done; ) {
        await restarting;
        done = await slipway.triggerEvent().then(
          () => true,
          () => delay(50, false),
        );
      }
      completed += 1;
      if (killAfter.includes(completed)) restarting = restart();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  await restarting;
  const burstMs = performance.now() - startedAt;
  const listEventIds = await listEvents();
  const until = performance.now() + deliveryTimeoutMs;
  const missing = () => listEventIds.filter((id) => !receivers.seen.has(id));
  while (missing().length > 0 && performance.now() < until) await delay(100);
  const arrivedMs = performance.now() - startedAt;
  const deliveries = [...receivers.seen.values()].reduce((sum, count) => sum + count, 0);
  print(`\n${events} events triggered by ${clients} clients, killed after ${killAfter.join(', ')}\n`);
  print(row('written', `${listEventIds.length} events in the audit log`, burstMs));
  print(row('received', `${deliveries} deliveries of ${receivers.seen.size} events`, arrivedMs));
  if (options.failing)
    print(row('failed', `${receivers.counts['500'] ?? 0} first attempts, and ${receivers.counts.hung ?? 0} that hung`));
  print(row('duplicates', `${deliveries - receivers.seen.size}, each with the ID of the original`));
  const unknown = [...receivers.seen.keys()].filter((id) => !listEventIds.includes(id)).length;
  const lost = missing().length;
  print(row('unverified', `${receivers.refused}`));
  print(row('lost', `${lost}`));
  print(row('unknown', `${unknown}`));
  const [written, received] = [listEventIds.length, receivers.seen.size];
  return { triggered: events, written, received, lost, unknown, unverified: receivers.refused, arrivedMs };
}

async function listEvents(): Promise<string[]> {
  const model = z.object({
    results: z.array(z.object({ id: z.string() })),
    pagination: z.object({ next_cursor: z.string().nullable() }),
  });
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/v1/events?type=upload.created&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page: z.infer<typeof model> = await slipway.call('GET', path, model);
    ids.push(...page.results.map(({ id }) => id));
    cursor = page.pagination.next_cursor;
  }
  return ids;
}

async function badReceivers(): Promise<Pick<BurstResult, 'redirectsFollowed' | 'goneEndpoint'>> {
  const paths = ['/500', '/302', '/410', '/slow'];
  const made = await Promise.all(paths.map(async (path) => ({ path, ...(await endpoint(path)) })));
  await slipway.triggerEvent();
  await delay(retriesMs);
  let goneEndpoint: string | undefined;
  print(`\nOne event for failing receivers, after ${retriesMs / 1000} s\n`);
  for (const { path, id } of made) {
    const url = `/v1/webhooks/${id}`;
    const { results } = await slipway.call('GET', `${url}/deliveries`, z.object({ results: z.array(deliveryModel) }));
    const [delivery] = results;
    if (!delivery) throw new Error(`no delivery for ${path}`);
    const model = z.object({ attempts_made: z.array(attemptModel) });
    const { attempts_made } = await slipway.call('GET', `${url}/deliveries/${delivery.delivery_id}`, model);
    const { status } = await slipway.call('GET', url, z.object({ status: z.string() }));
    if (path === '/410') goneEndpoint = status;
    const attempts = attempts_made.map(({ error, duration_ms }) => `${error} (${duration_ms} ms)`);
    print(`  ${path.padEnd(8)}${attempts.join(', ')}`);
    print(`          delivery ${delivery.status}, next ${delivery.next_attempt_at ?? 'never'}; webhook ${status}`);
  }
  const redirectsFollowed = receivers.counts['/elsewhere'] ?? 0;
  print(row('redirects', `${redirectsFollowed} were followed`));
  return { redirectsFollowed, goneEndpoint };
}

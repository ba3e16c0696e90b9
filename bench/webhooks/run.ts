// Delivers events to ten receivers of which six never answer, and says how often and how soon the other four get each event.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { freePorts, loopback } from '../../scripts/local/ports.ts';
import { withLocalServer } from '../local-server.ts';

const usage = `node bench/webhooks/run.ts [OPTION...]

Delivers events to ten receivers, six of which never answer. A kill ends workerd meanwhile.`;

const { values } = readCommandLine(usage, {
  options: { events: { type: 'string', default: '600' }, kills: { type: 'string', default: '0' } },
});
const events = Number(values.events);
const kills = Number(values.kills);
const receivers = { answering: 4, hanging: 6 };
const clients = 8;
const arriveMs = 300_000;
/** Without another request for this long, what was sent twice has arrived twice. */
const quietMs = 20_000;

/** Arrivals by receiver and event. */
const arrived = new Map<string, number[]>();
const hung = { requests: 0 };

function receive(request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  request.resume();
  if (path.startsWith('/hangs')) {
    hung.requests += 1;
    return;
  }
  const key = `${path} ${request.headers['webhook-id']}`;
  arrived.set(key, [...(arrived.get(key) ?? []), performance.now()]);
  setTimeout(() => response.writeHead(204).end(), 20);
}

async function post(local: Local, path: string, body: object): Promise<Response> {
  return fetch(`${local.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${local.api_key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Repeats the request until it succeeds: a killed workerd is replaced. Returns whether the first one did. */
async function emit(local: Local): Promise<boolean> {
  const path = `/v1/namespaces/${local.namespace_id}/plugins/uploads`;
  for (let attempts = 1; ; attempts++) {
    const response = await post(local, path, { name: 'hook_ext', file_size_bytes: 10 }).catch(() => undefined);
    await response?.arrayBuffer().catch(() => undefined);
    if (response?.ok) return attempts === 1;
    await delay(100);
  }
}

/** Ends the workerd of the server, which is told from others by its port. */
function killWorkerd(local: Local): void {
  const { port } = new URL(local.url);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      const isWorkerd = readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'workerd';
      const environment = isWorkerd ? readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0') : [];
      if (environment.includes(`PORT=${port}`)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // The process ended meanwhile.
    }
}

const pageSchema = z.object({
  results: z.array(z.object({ id: z.string() })),
  pagination: z.object({ next_cursor: z.string().nullable() }),
});

async function writtenEvents(local: Local): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/v1/events?type=upload.created&limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const headers = { authorization: `Bearer ${local.api_key}` };
    const page = pageSchema.parse(await (await fetch(`${local.url}${path}`, { headers })).json());
    ids.push(...page.results.map(({ id }) => id));
    cursor = page.pagination.next_cursor;
  }
  return ids;
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);

/** Waits until each receiver that answers has each event, and nothing more comes. */
async function settled(expected: number): Promise<void> {
  const until = performance.now() + arriveMs;
  while (arrived.size < expected && performance.now() < until) await delay(200);
  const count = () => [...arrived.values()].reduce((sum, times) => sum + times.length, 0);
  for (let before = -1; before !== count(); ) {
    before = count();
    await delay(quietMs);
  }
}

async function burst(local: Local, receiver: string): Promise<void> {
  for (const [kind, number] of Object.entries(receivers))
    for (let i = 0; i < number; i++) {
      const path = kind === 'hanging' ? `/hangs/${i}` : `/answers/${i}`;
      const made = await post(local, '/v1/webhooks', { url: `${receiver}${path}`, events: ['upload.created'] });
      if (!made.ok) throw new Error(await made.text());
    }
  const began = performance.now();
  let started = 0;
  let killed = 0;
  const client = async () => {
    while (started < events) {
      started += 1;
      if (killed < kills && started > ((killed + 1) * events) / (kills + 1)) {
        killed += 1;
        killWorkerd(local);
      }
      await emit(local);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const sentMs = performance.now() - began;
  const written = await writtenEvents(local);
  await settled(written.length * receivers.answering);
  const times = [...arrived.values()];
  const last = Math.max(...times.map(([first = began]) => first)) - began;
  const twice = times.filter(({ length }) => length > 1).length;
  const lost = written.length * receivers.answering - arrived.size;
  console.log(
    '| events | kills | written in s | requests answered | arrived | lost | twice | last after s | requests that hung |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|');
  const requests = times.reduce((sum, { length }) => sum + length, 0);
  const row = [
    written.length,
    killed,
    seconds(sentMs),
    requests,
    arrived.size,
    lost,
    twice,
    seconds(last),
    hung.requests,
  ];
  console.log(`| ${row.join(' | ')} |`);
}

const [port = 0] = await freePorts(1);
const server = createServer(receive).listen(port, loopback);
await withLocalServer((local) => burst(local, `http://${loopback}:${port}`), { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
server.closeAllConnections();
server.close();

// Counts the bytes that an isolate of workerd holds, after a collection that the inspector forces.
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { loopback } from '../../scripts/local/ports.ts';

const targetsSchema = z.array(z.object({ id: z.string(), webSocketDebuggerUrl: z.string() }));
const usageSchema = z.object({ usedSize: z.number(), backingStorageSize: z.number().default(0) });
const replySchema = z.object({ id: z.number(), result: z.unknown() });

export const MiB = 1024 * 1024;
const pauseMs = 20;

/** A connection to the isolate of the Worker with this name. */
async function connected(port: number, name: string): Promise<WebSocket> {
  const targets = targetsSchema.parse(await (await fetch(`http://${loopback}:${port}/json`)).json());
  const target = targets.find(({ id }) => id.endsWith(name));
  if (!target) throw new Error(`no isolate is called ${name}: ${targets.map(({ id }) => id).join(', ')}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${target.webSocketDebuggerUrl}`)));
  });
  return socket;
}

export interface LiveBytes {
  /** Bytes that were alive before and at most while the work ran: objects and the contents of buffers. */
  before: number;
  most: number;
  collections: number;
}

export interface Isolate {
  inspectorPort: number;
  /** Name of its Worker. */
  name: string;
  /** A URL that it answers at once. */
  ping: string;
}

/** Counts while the work runs, again and again. */
export async function liveBytes(
  { inspectorPort: port, name, ping }: Isolate,
  work: () => Promise<void>,
): Promise<LiveBytes> {
  const socket = await connected(port, name);
  const replies = new Map<number, (result: unknown) => void>();
  let sent = 0;
  socket.addEventListener('message', ({ data }) => {
    const reply = replySchema.safeParse(JSON.parse(String(data))).data;
    if (reply) replies.get(reply.id)?.(reply.result);
  });
  const ask = (method: string) =>
    new Promise<unknown>((resolve) => {
      const id = ++sent;
      replies.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  const counted = async (): Promise<number> => {
    let isCollected = false;
    void ask('HeapProfiler.collectGarbage').then(() => {
      isCollected = true;
    });
    // workerd goes on with it when the isolate gets a request.
    while (!isCollected) {
      const answer = await fetch(ping).catch(() => undefined); // a kept connection may have been closed
      await answer?.arrayBuffer();
      await delay(1);
    }
    const { usedSize, backingStorageSize } = usageSchema.parse(await ask('Runtime.getHeapUsage'));
    return usedSize + backingStorageSize;
  };
  for (const method of ['Runtime.enable', 'HeapProfiler.enable']) await ask(method);
  const before = await counted();
  const found = { before, most: before, collections: 0 };
  let ended = false;
  const running = work().finally(() => {
    ended = true;
  });
  while (!ended) {
    found.most = Math.max(found.most, await counted());
    found.collections += 1;
    await delay(pauseMs);
  }
  socket.close();
  await running;
  return found;
}

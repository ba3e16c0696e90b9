// Wraps the Worker and counts what its D1 statements cost, by D1's own `meta`. The answer to a request has the counts of everything up to
// the answer in `x-d1`; `/growth/sweep` runs the sweep and `/growth/message` a queue message, and answer with the counts.
// First: it loads zod's extension for OpenAPI before any schema is made.
export * from '../../src/worker.ts';

import { AsyncLocalStorage } from 'node:async_hooks';
import { z } from 'zod';
import { messageSchema } from '../../src/contract/messages.ts';
import { sweepSteps } from '../../src/sweep.ts';
import worker from '../../src/worker.ts';
import { makeDeps } from '../../src/worker-deps.ts';

interface Counts {
  read: number;
  written: number;
  statements: number;
  trips: number;
}

/** The SQL of a request to the database, and the rows of each statement: printed if the Worker is asked to explain. */
const sentSchema = z.union([z.object({ sql: z.string() }), z.array(z.object({ sql: z.string() }))]);
let explains = false;

const counting = new AsyncLocalStorage<Counts>();
const metaSchema = z.object({
  meta: z.object({ rows_read: z.number().optional(), rows_written: z.number().optional() }),
});
const answerSchema = z.union([metaSchema, z.array(metaSchema)]);
const noCounts = (): Counts => ({ read: 0, written: 0, statements: 0, trips: 0 });

/** The part of D1's client that sends statements, in a property that its types don't declare. */
const clientSchema = z.object({ fetcher: z.custom<Fetcher>((value) => typeof value === 'object' && value !== null) });

let patched = false;

/** Reads `meta` of every response of the database. D1's `raw()` drops it, so it is read below the client. */
function countStatements(db: D1Database): void {
  if (patched) return;
  patched = true;
  const seen = new Set<unknown>();
  const patch = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    const client = clientSchema.safeParse(value).data;
    if (client) {
      const { fetcher } = client;
      const counted = {
        fetch: async (...args: Parameters<Fetcher['fetch']>) => {
          const [, { body } = {}] = args;
          const response = await fetcher.fetch(...args);
          add(await response.clone().json(), typeof body === 'string' && explains ? body : undefined);
          return response;
        },
      };
      Reflect.set(value, 'fetcher', counted);
      seen.add(counted);
    }
    for (const key of Reflect.ownKeys(value)) patch(Reflect.get(value, key));
  };
  patch(db);
}

function add(answer: unknown, body: string | undefined): void {
  const counts = counting.getStore();
  const parsed = answerSchema.safeParse(answer).data;
  if (!counts || !parsed) return;
  counts.trips += 1;
  const sent = body === undefined ? [] : [sentSchema.parse(JSON.parse(body))].flat();
  for (const [i, { sql }] of sent.entries()) console.log([parsed].flat()[i]?.meta.rows_read ?? 0, sql);
  for (const { meta } of [parsed].flat()) {
    counts.read += meta.rows_read ?? 0;
    counts.written += meta.rows_written ?? 0;
    counts.statements += 1;
  }
}

async function counted(work: () => Promise<unknown>): Promise<Counts & { ms: number; error?: string }> {
  const counts = noCounts();
  const started = Date.now();
  try {
    await counting.run(counts, work);
    return { ...counts, ms: Date.now() - started };
  } catch (cause) {
    return { ...counts, ms: Date.now() - started, error: String(cause) };
  }
}

/** A batch of one message that is neither acknowledged nor retried. */
function batchOf(body: unknown): MessageBatch {
  const nothing = () => {};
  const message = { id: crypto.randomUUID(), timestamp: new Date(), body, attempts: 1, ack: nothing, retry: nothing };
  const metrics = { backlogCount: 0, backlogBytes: 0 };
  return { queue: 'growth', messages: [message], ackAll: nothing, retryAll: nothing, metadata: { metrics } };
}

export default {
  ...worker,
  async fetch(request, env, ctx) {
    countStatements(env.DB);
    const url = new URL(request.url);
    if (url.pathname === '/growth/sweep') {
      const deps = makeDeps(env, ctx);
      const steps: Record<string, Counts> = {};
      for (const step of sweepSteps) steps[step.name] = await counted(() => step(deps));
      return Response.json(steps);
    }
    if (url.pathname === '/growth/message') {
      const message = { ...messageSchema.parse(await request.json()) };
      return Response.json(await counted(() => worker.queue(batchOf(message), env, ctx)));
    }
    explains = request.headers.has('x-explain');
    const counts = noCounts();
    const response = await counting.run(counts, async () => worker.fetch(request, env, ctx));
    const headers = new Headers(response.headers);
    headers.set('x-d1', JSON.stringify(counts));
    return new Response(response.body, { status: response.status, headers });
  },
} satisfies ExportedHandler<Cloudflare.Env>;

// Wraps the Worker and counts the cost of its D1 statements, using D1's `meta`. Each response carries the counts so far in `x-d1`.
// `/growth/sweep` runs the sweep and `/growth/message` processes a queue message; both return the counts. `/growth/queue` returns the
// counts of all queue messages consumed so far. `/growth/archives` stores an archive under its digest. Import this first: it loads
// zod's OpenAPI extension before any schema exists.
export * from '../../src/worker.ts';

import { messageSchema } from '../../src/contract/messages.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { archiveKey } from '../../src/registry/storage/archives.ts';
import { sweepSteps } from '../../src/sweep.ts';
import worker from '../../src/worker.ts';
import { makeDeps } from '../../src/worker-deps.ts';
import { countedRows, countRows, type Explain, noRows, type RowCounts } from '../../test/support/database/d1-rows.ts';

let explains = false;
// Lines that aren't JSON count as runtime messages.
const printed: Explain = (sql, rowsRead) =>
  console.log(JSON.stringify({ event: 'statement', rows_read: rowsRead, sql }));
const explanation = () => (explains ? printed : undefined);

async function counted(work: () => Promise<unknown>): Promise<RowCounts & { ms: number; error?: string }> {
  const counts = noRows();
  const started = Date.now();
  try {
    await countedRows(counts, work);
    return { ...counts, ms: Date.now() - started };
  } catch (cause) {
    return { ...counts, ms: Date.now() - started, error: String(cause) };
  }
}

/** Rows read and written by all delivered queue messages. */
const consumed = noRows();

/** Returns a batch with one message that is neither acknowledged nor retried. */
function batchOf(body: unknown): MessageBatch {
  const nothing = () => {};
  const message = { id: crypto.randomUUID(), timestamp: new Date(), body, attempts: 1, ack: nothing, retry: nothing };
  const metrics = { backlogCount: 0, backlogBytes: 0 };
  return { queue: 'growth', messages: [message], ackAll: nothing, retryAll: nothing, metadata: { metrics } };
}

export default {
  ...worker,
  queue(batch, env, ctx) {
    countRows(env.DB, explanation);
    return countedRows(consumed, () => worker.queue(batch, env, ctx));
  },
  async fetch(request, env, ctx) {
    countRows(env.DB, explanation);
    const url = new URL(request.url);
    if (url.pathname === '/growth/sweep') {
      const deps = makeDeps(env, ctx);
      const steps: Record<string, RowCounts> = {};
      for (const step of sweepSteps) steps[step.name] = await counted(() => step(deps));
      return Response.json(steps);
    }
    if (url.pathname === '/growth/message') {
      const message = { ...messageSchema.parse(await request.json()) };
      return Response.json(await counted(() => worker.queue(batchOf(message), env, ctx)));
    }
    if (url.pathname === '/growth/archives') {
      const bytes = new Uint8Array(await request.arrayBuffer());
      await env.ARCHIVES.put(archiveKey(await sha256Hex(bytes)), bytes);
      return new Response();
    }
    if (url.pathname === '/growth/queue') return Response.json(consumed);
    explains = request.headers.has('x-explain');
    const counts = noRows();
    const response = await countedRows(counts, async () => worker.fetch(request, env, ctx));
    const headers = new Headers(response.headers);
    headers.set('x-d1', JSON.stringify(counts));
    return new Response(response.body, { status: response.status, headers });
  },
} satisfies ExportedHandler<Cloudflare.Env>;

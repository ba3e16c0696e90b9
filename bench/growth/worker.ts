// Wraps the Worker and counts the cost of its D1 statements, using D1's `meta`. Each response carries the counts so far in `x-d1`.
// `/growth/sweep` runs the sweep and returns each step's counts, and `/growth/total` returns what all other requests and messages have
// cost so far. Import this first: it loads zod's OpenAPI extension before any schema exists.
export * from '../../src/worker.ts';

import { sweepSteps } from '../../src/sweep.ts';
import worker from '../../src/worker.ts';
import { makeDeps } from '../../src/worker-deps.ts';
import { countedRows, countRows, type Explain, noRows, type RowCounts } from '../../test/support/database/d1-rows.ts';

let explains = false;
/** Costs of the requests and messages so far. Deferred work adds to its request's. */
const invocations: RowCounts[] = [];

function newCounts(): RowCounts {
  const counts = noRows();
  invocations.push(counts);
  return counts;
}

/** Adds up the costs so far. */
function total(): RowCounts {
  const sum = noRows();
  for (const { read, statements, trips, written } of invocations) {
    sum.read += read;
    sum.written += written;
    sum.statements += statements;
    sum.trips += trips;
  }
  return sum;
}

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

export default {
  ...worker,
  async fetch(request, env, ctx) {
    countRows(env.DB, explanation);
    const { pathname } = new URL(request.url);
    if (pathname === '/growth/total') return Response.json(total());
    if (pathname === '/growth/sweep') {
      const deps = makeDeps(env, ctx);
      const steps: Record<string, RowCounts> = {};
      for (const step of sweepSteps) steps[step.name] = await counted(() => step(deps));
      return Response.json(steps);
    }
    explains = request.headers.has('x-explain');
    const counts = newCounts();
    const response = await countedRows(counts, async () => worker.fetch(request, env, ctx));
    const headers = new Headers(response.headers);
    headers.set('x-d1', JSON.stringify(counts));
    return new Response(response.body, { status: response.status, headers });
  },
  async queue(batch, env, ctx) {
    countRows(env.DB, explanation);
    await countedRows(newCounts(), async () => worker.queue(batch, env, ctx));
  },
} satisfies ExportedHandler<Cloudflare.Env>;

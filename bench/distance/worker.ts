// Wraps the Worker: its bindings are far away, and each answer has its trips in `x-trips`. A request with `x-near` is not delayed, one
// with `x-cold` is answered by an isolate that has cached nothing. `/distance` sets the distance and the clock, `/distance/sweep` runs
// the clock's handler, and `/distance/messages` says what each message took since it was asked last.
// First: it loads zod's extension for OpenAPI before any schema is made.
export * from '../../src/worker.ts';

import { z } from 'zod';
import { createApp } from '../../src/api/app.ts';
import { messageSchema } from '../../src/contract/messages.ts';
import worker from '../../src/worker.ts';
import { log, makeDeps } from '../../src/worker-deps.ts';
import { counting, farAway, noTrips, setDistance, type Trips } from './far.ts';

const settingsSchema = z.object({ distance_ms: z.number(), ahead_ms: z.number() });
const clock = { cron: '* * * * *', scheduledTime: 0, noRetry: () => {} };

interface Consumed {
  type: string;
  ms: number;
  trips: Trips;
}

let consumed: Consumed[] = [];
let warm = createApp({ makeDeps, log });

/** Makes the replica current, as the clock's handler does every few seconds. An earlier commit may have no heartbeat. */
async function beat(db: D1Database): Promise<void> {
  await db
    .prepare('insert or replace into heartbeats (id, at) values (1, ?)')
    .bind(Date.now())
    .run()
    .catch(() => {});
}

async function timed(work: () => Promise<unknown>): Promise<{ ms: number; trips: Trips }> {
  const trips = noTrips();
  const started = Date.now();
  await counting(trips, true, work);
  return { ms: Date.now() - started, trips };
}

export default {
  async queue(batch, env, ctx) {
    const type = messageSchema.safeParse(batch.messages[0]?.body).data?.type ?? batch.queue;
    consumed.push({ type, ...(await timed(async () => worker.queue(batch, farAway(env), ctx))) });
  },

  scheduled: (controller, env, ctx) => worker.scheduled(controller, env, ctx),

  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === '/distance') {
      const { distance_ms, ahead_ms } = settingsSchema.parse(await request.json());
      setDistance(distance_ms, ahead_ms);
      await beat(farAway(env).DB);
      return new Response();
    }
    if (pathname === '/distance/messages') {
      const messages = consumed;
      consumed = [];
      return Response.json(messages);
    }
    if (pathname === '/distance/sweep')
      return Response.json(await timed(async () => worker.scheduled(clock, farAway(env), ctx)));
    const isCold = request.headers.has('x-cold');
    if (isCold) warm = createApp({ makeDeps, log });
    const trips = noTrips();
    const far = !request.headers.has('x-near');
    const response = await counting(trips, far, async () => warm.fetch(request, farAway(env), ctx));
    const headers = new Headers(response.headers);
    headers.set('x-trips', JSON.stringify(trips));
    return new Response(response.body, { status: response.status, headers });
  },
} satisfies ExportedHandler<Cloudflare.Env>;

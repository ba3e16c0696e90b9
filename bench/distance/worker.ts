// Wraps the Worker: its bindings are far away, and each answer has its trips in `x-trips`. A request with `x-near` is not delayed, one
// with `x-cold` is answered by an isolate that has cached nothing, and one with `x-isolate` by the isolate of that name: `lagging` reads a
// replica that stands still for 30 s at a time. `/distance` sets the distance and the clock, `/distance/database` takes the database away,
// `/distance/sweep` runs the clock's handler, `/distance/messages` says what each message took since it was asked last, and
// `/distance/spent` the billed resources that everything used.
// First: it loads zod's extension for OpenAPI before any schema is made.
export * from '../../src/worker.ts';

import { z } from 'zod';
import { createApp } from '../../src/api/app.ts';
import { messageSchema } from '../../src/contract/messages.ts';
import { database } from '../../src/db/client.ts';
import worker from '../../src/worker.ts';
import { log, makeDeps } from '../../src/worker-deps.ts';
import { laggingD1 } from '../../test/support/database/lagging-d1.ts';
import { counting, farAway, loseDatabase, noTrips, setDistance, spending, spentSince, type Trips } from './far.ts';

const lossSchema = z.object({ how: z.enum(['fails', 'hangs']).nullable(), isolate: z.string().nullable() });
const settingsSchema = z.object({ distance_ms: z.number(), ahead_ms: z.number(), only_database: z.boolean() });
const clock = { cron: '* * * * *', scheduledTime: 0, noRetry: () => {} };

interface Consumed {
  type: string;
  ms: number;
  trips: Trips;
}

let consumed: Consumed[] = [];

/** Caches are of an app, so that each is an isolate. */
const isolates = new Map<string, ReturnType<typeof createApp>>();

function isolateOf(name: string): ReturnType<typeof createApp> {
  const known = isolates.get(name);
  if (known) return known;
  const isolate = createApp({ makeDeps: name === 'lagging' ? makeLaggingDeps : makeDeps, log });
  isolates.set(name, isolate);
  return isolate;
}

const lagMs = 30_000;
let lagging: { copy: ReturnType<typeof laggingD1>; since: number } | undefined;

const makeLaggingDeps: typeof makeDeps = (env, ctx) => {
  const deps = makeDeps(env, ctx);
  const { DB } = z.looseObject({ DB: z.custom<D1Database>() }).parse(env);
  lagging ??= { copy: laggingD1(DB), since: Date.now() };
  const { copy, since } = lagging;
  if (Date.now() - since >= lagMs) {
    copy.catchUp();
    lagging.since = Date.now();
  }
  return { ...deps, nearest: () => database(copy.db) };
};

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
  await counting({ trips, far: true }, () => spending(work));
  return { ms: Date.now() - started, trips };
}

export default {
  async queue(batch, env, ctx) {
    const type = messageSchema.safeParse(batch.messages[0]?.body).data?.type ?? batch.queue;
    const took = await timed(async () => worker.queue(batch, farAway(env), ctx));
    // A request for `/distance/messages` may have replaced the array meanwhile.
    consumed.push({ type, ...took });
  },

  scheduled: (controller, env, ctx) => worker.scheduled(controller, env, ctx),

  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === '/distance') {
      const { distance_ms, ahead_ms, only_database } = settingsSchema.parse(await request.json());
      setDistance(distance_ms, ahead_ms, only_database);
      await beat(farAway(env).DB);
      return new Response();
    }
    if (pathname === '/distance/database') {
      const { how, isolate } = lossSchema.parse(await request.json());
      loseDatabase(how, isolate);
      return new Response();
    }
    if (pathname === '/distance/messages') {
      const messages = consumed;
      consumed = [];
      return Response.json(messages);
    }
    if (pathname === '/distance/spent') return Response.json(spentSince());
    if (pathname === '/distance/sweep')
      return Response.json(await timed(async () => worker.scheduled(clock, farAway(env), ctx)));
    const isolate = request.headers.get('x-isolate') ?? 'warm';
    if (request.headers.has('x-cold')) isolates.delete(isolate);
    const trips = noTrips();
    const far = !request.headers.has('x-near');
    const response = await counting({ trips, far, isolate }, () =>
      spending(async () => isolateOf(isolate).fetch(request, farAway(env), ctx)),
    );
    const headers = new Headers(response.headers);
    headers.set('x-trips', JSON.stringify(trips));
    return new Response(response.body, { status: response.status, headers });
  },
} satisfies ExportedHandler<Cloudflare.Env>;

// Wraps the Worker for tests, so that a test file's work ends before the next file begins, and collects the Worker's statements.
// Changes nothing else.
import worker from '../../src/worker.ts';
import { collectingD1 } from './database/query-plans.ts';
import { inSecond, secondEnvironment } from './workers/spread-worker.ts';
import { acceptedMessages, track, trackDeferred } from './workers/work-in-progress.ts';

export * from '../../src/worker.ts';

/** The environments by database. Each is the same for every event, since Slipway validates it once. */
const made = new WeakMap<D1Database, Cloudflare.Env>();

/** Returns the environment with a database that collects statements. */
function collecting(env: Cloudflare.Env, isSecond = false): Cloudflare.Env {
  const db = isSecond ? env.SECOND_DB : env.DB;
  const known = made.get(db) ?? { ...(isSecond ? secondEnvironment(env) : env), DB: collectingD1(db) };
  made.set(db, known);
  return known;
}

export default {
  fetch: (request, env, context) => {
    const label = `${request.method} ${new URL(request.url).pathname}`;
    const own = collecting(env, request.headers.has(inSecond.header));
    // The runtime cancels the work when the caller disconnects, so the work never settles.
    if (request.headers.has('x-leaves')) return worker.fetch(request, own, context);
    return track(label, worker.fetch(request, own, trackDeferred(label, context)));
  },

  queue: async (batch, env, context) => {
    const messages = acceptedMessages(batch);
    const seconds = messages.filter(({ body }) => inSecond.member in Object(body));
    const firsts = messages.filter((message) => !seconds.includes(message));
    for (const some of [firsts, seconds]) {
      if (some.length === 0) continue;
      const accepted: MessageBatch = {
        queue: batch.queue,
        messages: some,
        metadata: batch.metadata,
        ackAll: () => batch.ackAll(),
        retryAll: (options) => batch.retryAll(options),
      };
      const own = collecting(env, some === seconds);
      await track(batch.queue, worker.queue(accepted, own, trackDeferred(batch.queue, context)));
    }
  },

  scheduled: (controller, env, context) =>
    track('scheduled', worker.scheduled(controller, collecting(env), trackDeferred('scheduled', context))),
} satisfies ExportedHandler<Cloudflare.Env>;

// Wraps the Worker for tests, so that a test file's work ends before the next file begins, and collects the Worker's statements.
// Changes nothing else.
import worker from '../../src/worker.ts';
import { collectingD1 } from './database/query-plans.ts';
import { acceptedMessages, track, trackDeferred } from './workers/work-in-progress.ts';

export * from '../../src/worker.ts';

const made = new WeakMap<Cloudflare.Env, Cloudflare.Env>();

/** Returns the environment with a database that collects statements, the same for every event, since Slipway validates each once. */
function collecting(env: Cloudflare.Env): Cloudflare.Env {
  const known = made.get(env) ?? { ...env, DB: collectingD1(env.DB) };
  made.set(env, known);
  return known;
}

export default {
  fetch: (request, env, context) => {
    const label = `${request.method} ${new URL(request.url).pathname}`;
    // The runtime cancels the work when the caller disconnects, so the work never settles.
    if (request.headers.has('x-leaves')) return worker.fetch(request, collecting(env), context);
    return track(label, worker.fetch(request, collecting(env), trackDeferred(label, context)));
  },

  queue: async (batch, env, context) => {
    const messages = acceptedMessages(batch);
    if (messages.length === 0) return;
    const accepted: MessageBatch = {
      queue: batch.queue,
      messages,
      metadata: batch.metadata,
      ackAll: () => batch.ackAll(),
      retryAll: (options) => batch.retryAll(options),
    };
    await track(batch.queue, worker.queue(accepted, collecting(env), trackDeferred(batch.queue, context)));
  },

  scheduled: (controller, env, context) =>
    track('scheduled', worker.scheduled(controller, collecting(env), trackDeferred('scheduled', context))),
} satisfies ExportedHandler<Cloudflare.Env>;

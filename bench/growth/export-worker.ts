// Wraps the Worker for bench/growth/export.ts. `/growth/parts` returns each export part's statement counts up to its last byte;
// `/growth/archive` archives events as the sweep does. Import this first: it loads zod's OpenAPI extension before any schema exists.
export * from '../../src/worker.ts';

import { archiveEvents } from '../../src/events/archive-events.ts';
import worker from '../../src/worker.ts';
import { makeDeps } from '../../src/worker-deps.ts';
import { meteredD1 } from '../../test/support/database/metered-d1.ts';

const parts: ReturnType<typeof meteredD1>[] = [];

export default {
  ...worker,
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === '/growth/parts') return Response.json(parts.splice(0).map((part) => part.total()));
    const metered = meteredD1(env.DB);
    if (pathname === '/growth/archive') {
      const started = Date.now();
      await archiveEvents(makeDeps({ ...env, DB: metered.db }, ctx));
      return Response.json({ ...metered.total(), ms: Date.now() - started });
    }
    if (pathname === '/v1/events/export') parts.push(metered);
    return worker.fetch(request, { ...env, DB: metered.db }, ctx);
  },
} satisfies ExportedHandler<Cloudflare.Env>;

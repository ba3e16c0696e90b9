// Lets a client see its own changes in the next call: the isolate that handled a traffic change drops the organization's cached routes.
// Other isolates follow within ten seconds (D10).
import type { Context, MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context/context.ts';
import { replayedHeader } from './idempotency.ts';

const bookmarkHeader = 'slipway-bookmark';

/** A D1 bookmark, or the value that means a client accepts any state. Other values are ignored. */
const bookmark = /^(?:first-unconstrained|[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32})$/;

/** Marks a route, in its definition, as one that may change a call's deployment or parameters. */
export const mayMoveTraffic: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set('mayMoveTraffic', true);
  await next();
};

/**
 * Runs after authentication, which uses the primary for these requests. A replayed response skips its route, which would mark the
 * request, so it always drops the cached routes.
 */
export const readYourWrites: MiddlewareHandler<AppEnv> = async (c, next) => {
  const newest = beginSession(c);
  await next();
  const seen = newest();
  if (seen !== null) c.res.headers.set(bookmarkHeader, seen);
  const actor = c.get('actor');
  const mayMove = c.get('mayMoveTraffic') || c.res.headers.has(replayedHeader);
  if (actor && c.res.ok && mayMove) c.get('caches').routes.invalidate(actor.organizationId, c.get('deps').clock.now());
};

/** Returns a function that gives the newest state seen, for the client's next request. */
function beginSession(c: Context<AppEnv>): () => string | null {
  const sent = c.req.header(bookmarkHeader) ?? '';
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
  const deps = c.get('deps');
  deps.takeTurns();
  return deps.startSession(reads && bookmark.test(sent) ? sent : 'first-primary');
}

// Lets a client see its own changes at the next call: the isolate that handled a change of what serves drops the organization's
// cached routes. Other isolates follow after at most ten seconds (D10).
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context.ts';
import { replayedHeader } from './idempotency.ts';

/** Flags a route, in its definition, as one that may change which deployment a call reaches or with which parameters. */
export const mayMoveTraffic: MiddlewareHandler<AppEnv> = async (c, next) => {
  c.set('mayMoveTraffic', true);
  await next();
};

/** Runs after authentication. A replayed response skips its route, and with it the flag: it drops the routes regardless. */
export const readYourWrites: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const { actor, caches, deps, mayMoveTraffic: isFlagged } = c.var;
  const isReplay = c.res.headers.has(replayedHeader);
  if (actor && c.res.ok && (isFlagged || isReplay)) caches.routes.invalidate(actor.organizationId, deps.clock.now());
};

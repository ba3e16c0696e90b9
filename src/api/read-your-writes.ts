// Whoever changed what serves sees it at the next call: the isolate that took the change forgets what it remembered for the
// organization. Other isolates follow within the second of D10.
import type { MiddlewareHandler } from 'hono';
import { forgetRoutes } from '../serve/route.ts';
import type { AppEnv } from './context.ts';
import { takesIdempotencyKey } from './idempotency.ts';

/** Comes after authentication. */
export const followsOwnChanges: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const { actor, caches } = c.var;
  if (actor && c.res.ok && mayMoveTraffic(c.req.method, c.req.path)) forgetRoutes(caches.routes, actor.organizationId);
};

function mayMoveTraffic(method: string, path: string): boolean {
  return ['PUT', 'PATCH', 'DELETE'].includes(method) || takesIdempotencyKey(method, path);
}

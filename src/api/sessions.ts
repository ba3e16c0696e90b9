// Which copy of the database answers a request (D1 Sessions). Everything goes to the primary, but for reads of a client that
// names by a bookmark what it has seen: any replica that is as new will do. Each answer says the newest state that it knows.
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './context.ts';

export const bookmarkHeader = 'x-d1-bookmark';

/** As D1 writes them, and the word of a client that takes any state. Anything else is as if nothing was sent. */
const bookmark = /^(?:first-unconstrained|[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32})$/;

/** Comes after authentication, which always asks the primary: a key that was revoked is refused everywhere at the same time. */
export const inSession: MiddlewareHandler<AppEnv> = async (c, next) => {
  const sent = c.req.header(bookmarkHeader) ?? '';
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
  const newest = c.var.deps.startSession(reads && bookmark.test(sent) ? sent : 'first-primary');
  await next();
  const seen = newest();
  if (seen !== null) c.header(bookmarkHeader, seen);
};

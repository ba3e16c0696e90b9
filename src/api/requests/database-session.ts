// Chooses the database copy that serves a request (D1 Sessions). Requests go to the primary, except reads that send a bookmark: any
// replica at least as recent may serve those. Each response carries the bookmark of the newest state it has seen.
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context.ts';

export const bookmarkHeader = 'slipway-bookmark';

/** A bookmark of D1, or the value by which a client accepts any state. Any other value is ignored. */
const bookmark = /^(?:first-unconstrained|[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32})$/;

/** Runs after authentication, which uses the primary for these requests. */
export const withSession: MiddlewareHandler<AppEnv> = async (c, next) => {
  const sent = c.req.header(bookmarkHeader) ?? '';
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
  const { deps } = c.var;
  deps.takeTurns();
  const newest = deps.startSession(reads && bookmark.test(sent) ? sent : 'first-primary');
  await next();
  const seen = newest();
  if (seen !== null) c.header(bookmarkHeader, seen);
};

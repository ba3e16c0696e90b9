// Marks a request while it is handled, so that a Worker that hangs tells which request it was.
import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../context/context.ts';

/** Runs after authentication, so that the mark names the organization if there is one. */
export const markRequest: MiddlewareHandler<AppEnv> = async (c, next) => {
  const end = c.var.deps.marks.begin({
    id: `request ${c.req.method} ${c.req.path}`,
    organizationId: c.get('actor')?.organizationId,
  });
  try {
    await next();
  } finally {
    end();
  }
};

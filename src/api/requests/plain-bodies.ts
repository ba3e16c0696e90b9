// Refuses compressed bodies: read as they are, they would be answered as malformed.
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context.ts';

export const plainBodies: MiddlewareHandler<AppEnv> = async (c, next) => {
  const encoding = c.req.header('content-encoding')?.trim() ?? '';
  if (encoding === '' || encoding.toLowerCase() === 'identity' || !c.req.raw.body) return next();
  throw new Problem('encoded-body', `The body has the header Content-Encoding: ${encoding}`);
};

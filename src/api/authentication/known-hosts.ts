// Rejects requests that need no key and name a host other than Slipway's. After a web page has loaded, it can point its own host name
// to 127.0.0.1 (DNS rebinding). The browser then treats its requests as same-origin, but they still name the page's host.
import type { Context, MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context.ts';

export function requireKnownHost(c: Context<AppEnv>): void {
  const { hosts } = c.var.deps;
  const hostname = URL.parse(c.req.url)?.hostname ?? '';
  if (hosts !== null && !hosts.has(hostname))
    throw new Problem(
      'unknown-host',
      `Slipway does not accept requests without an API key as ${hostname.slice(0, 253)}`,
    );
}

export const knownHostsOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  requireKnownHost(c);
  await next();
};

// Authenticates a request and applies the rate limit, before its body is read. An invalid key is never treated as no key.
import type { Context, MiddlewareHandler } from 'hono';
import { anonymousActor } from '../access/actor.ts';
import { lookUpKey, recordKeyUse } from '../access/key-cache.ts';
import { apiLimits } from '../contract/limits.ts';
import { Problem } from '../core/problem.ts';
import { type AppEnv, missingKey } from './context.ts';

/** The surfaces whose clients send no API keys (D20). */
export const anonymousSurfaces = ['/api/plugins', '/api/storage-plugins'];

/** Accepts bearer keys. Any other header value is rejected, so that a mistyped scheme isn't treated as no key. */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const header = c.req.header('authorization');
  if (header === undefined) {
    c.set('actor', requireAnonymous(c));
    await limitAddress(c);
    return next();
  }
  const secret = /^Bearer (sk_[A-Za-z0-9_-]{1,128})$/.exec(header)?.[1];
  const { deps, caches } = c.var;
  const key = secret === undefined ? undefined : await lookUpKey(deps, caches.keys, secret, () => limitAddress(c));
  if (!key) throw new Problem('unauthorized', 'The API key is not valid');
  c.set('actor', key.actor);
  await limit(c, key.id);
  await next();
  recordKeyUse(deps, key);
};

/**
 * Returns the actor of a request without a key. Anonymous mode is for tools on the same machine. Browsers, which these headers
 * identify, are not let in: otherwise any web page could make its visitor's browser publish plugins here.
 */
function requireAnonymous(c: Context<AppEnv>) {
  const { anonymousOrganization } = c.var.deps;
  const isSurface = anonymousSurfaces.some((path) => c.req.path === path || c.req.path.startsWith(`${path}/`));
  const fromBrowser = c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined;
  if (anonymousOrganization === null || !isSurface || fromBrowser) throw missingKey();
  return anonymousActor(anonymousOrganization);
}

/** Limits requests whose key is missing or not cached by address, so that guessing keys costs the database little. */
async function limitAddress(c: Context<AppEnv>): Promise<void> {
  const address = c.req.header('cf-connecting-ip');
  if (address !== undefined) await limit(c, address);
}

async function limit(c: Context<AppEnv>, key: string): Promise<void> {
  const { rateLimiter, clock } = c.var.deps;
  if (!rateLimiter || (await rateLimiter.limit({ key })).success) return;
  const seconds = Math.floor(clock.now() / 1000) % apiLimits.rateLimitPeriodSeconds;
  throw new Problem('rate-limited', 'Too many requests in the current minute', {
    retryAfterSeconds: apiLimits.rateLimitPeriodSeconds - seconds,
  });
}

// Who is asking, before the body is read, and whether it asks too often. A wrong key is never taken for no key.
import type { Context, MiddlewareHandler } from 'hono';
import { anonymousActor } from '../access/actor.ts';
import { lookUpKey, recordKeyUse } from '../access/key-cache.ts';
import { apiLimits } from '../contract/limits.ts';
import { Problem } from '../core/problem.ts';
import type { AppEnv } from './context.ts';

/** The surfaces whose clients know no keys (D20). */
export const anonymousSurfaces = ['/api/plugins', '/api/storage-plugins'];

/** Bearer keys. Whatever else the header holds is refused, so that a mistyped scheme isn't taken for no key. */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const header = c.req.header('authorization');
  if (header === undefined) {
    c.set('actor', requireAnonymous(c));
    await limitAddress(c);
    return next();
  }
  const secret = /^Bearer (sk_[A-Za-z0-9_-]{1,128})$/.exec(header)?.[1];
  const { deps, caches } = c.var;
  const known = secret === undefined ? undefined : await lookUpKey(deps, caches.keys, secret, () => limitAddress(c));
  if (!known) throw new Problem('unauthorized', 'The API key is not valid');
  c.set('actor', known.actor);
  await limit(c, known.id);
  await next();
  recordKeyUse(deps, known);
};

/**
 * Anonymous mode is for tools on the same machine. Browsers tell themselves by these headers, and are not let in: any web page
 * could otherwise have its visitor's browser publish plugins here.
 */
function requireAnonymous(c: Context<AppEnv>) {
  const { anonymousOrganization } = c.var.deps;
  const isSurface = anonymousSurfaces.some((path) => c.req.path === path || c.req.path.startsWith(`${path}/`));
  const fromBrowser = c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined;
  if (anonymousOrganization === null || !isSurface || fromBrowser)
    throw new Problem('unauthorized', 'No API key was sent: this needs `Authorization: Bearer sk_…`');
  return anonymousActor(anonymousOrganization);
}

/** What is asked without a key that the isolate knows: so that guessing keys costs the database little. */
async function limitAddress(c: Context<AppEnv>): Promise<void> {
  const address = c.req.header('cf-connecting-ip');
  if (address !== undefined) await limit(c, address);
}

async function limit(c: Context<AppEnv>, key: string): Promise<void> {
  const { rateLimiter, clock } = c.var.deps;
  if (!rateLimiter || (await rateLimiter.limit({ key })).success) return;
  const seconds = Math.floor(clock.now() / 1000) % apiLimits.rateLimitPeriodSeconds;
  throw new Problem('rate-limited', 'Too many requests in this minute', {
    retryAfterSeconds: apiLimits.rateLimitPeriodSeconds - seconds,
  });
}

// Authenticates a request and applies the rate limit before reading its body. An invalid key is never treated as no key.
import type { Context, MiddlewareHandler, Next } from 'hono';
import { anonymousActor } from '../../access/actor.ts';
import { extendSession, lookUpSession } from '../../access/browser-sessions.ts';
import { type CachedKey, lookUpKey, recordKeyUse } from '../../access/key-cache.ts';
import { isBelow, requireOnPath } from '../../access/key-path.ts';
import { isId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { lookUpCallKey } from '../../serve/call-key.ts';
import type { Callee } from '../../serve/route-lookup.ts';
import { type AppEnv, missingKey } from '../context/context.ts';
import { namedCallee } from '../requests/chosen-version.ts';
import { countFailure, limit, limitAddress, refuseGuessing } from './address-limits.ts';
import { requireKnownHost, requireSameSite, sessionSecret } from './browser-requests.ts';

/** The surfaces whose clients send no API keys (D20). */
export const anonymousSurfaces = ['/api/plugins', '/api/storage-plugins'];

/** The scheme is case-insensitive (RFC 9110 §11.1). */
const bearerKey = /^bearer +(sk_[A-Za-z0-9_-]{1,128})$/i;

/** Accepts bearer keys. Any other header value is rejected, so that a mistyped scheme isn't treated as no key. */
export const authenticate: MiddlewareHandler<AppEnv> = async (c, next) => {
  const header = c.req.header('authorization');
  const session = sessionSecret(c);
  if (header === undefined && session !== undefined) return authenticateSession(c, session, next);
  if (header === undefined) {
    const actor = requireAnonymous(c);
    requireKnownHost(c);
    await limitAddress(c);
    c.set('actor', actor);
    return next();
  }
  const secret = bearerKey.exec(header)?.[1];
  if (secret === undefined) await limitUnknownKeys(c);
  const key = secret === undefined ? undefined : await lookUp(c, secret);
  if (!key) {
    if (c.get('deps').rateLimiter) countFailure(c, 'key');
    throw new Problem('unauthorized', 'The API key is not valid');
  }
  await actAs(c, key, next);
};

/** Only calls may use a replica or a stale cache. Every other request reads the primary. */
function lookUp(c: Context<AppEnv>, secret: string): Promise<CachedKey | undefined> {
  const deps = c.get('deps');
  const { keys, routes } = c.get('caches');
  const beforeLookup = () => limitUnknownKeys(c);
  const callee = calleeFromPath(c.req);
  if (!callee) return lookUpKey(deps, keys, secret, beforeLookup);
  const { clock, db, defer, nearest, placed } = deps;
  return lookUpCallKey({ clock, db, defer, nearest, placed, keys, routes }, { secret, callee, beforeLookup });
}

async function actAs(c: Context<AppEnv>, key: CachedKey, next: Next): Promise<void> {
  c.set('actor', key.actor);
  c.set('credential', key.hash);
  await limit(c, key.id);
  requireOnPath(key.actor, c.req);
  await next();
  recordKeyUse(c.get('deps'), key);
}

/** Accepts a browser session's cookie. A secret that is no longer valid gets the same response as a wrong key. */
async function authenticateSession(c: Context<AppEnv>, secret: string, next: Next): Promise<void> {
  requireKnownHost(c);
  await requireSameSite(c, secret);
  const { deps, caches } = c.var;
  const key = await lookUpSession(deps, caches.keys, secret, () => limitUnknownKeys(c));
  if (!key) {
    if (deps.rateLimiter) countFailure(c, 'key');
    throw new Problem('unauthorized', 'The session has ended', { hint: 'Sign in again.' });
  }
  await actAs(c, key, next);
  extendSession(deps, key);
}

/**
 * Returns the actor for a request without a key. Anonymous mode is for tools on the same machine. It rejects browsers, which these
 * headers identify, because otherwise any web page could make its visitor's browser publish plugins here.
 */
function requireAnonymous(c: Context<AppEnv>) {
  const { anonymousOrganization } = c.var.deps;
  const isSurface = anonymousSurfaces.some((path) => isBelow(c.req.path, path));
  const fromBrowser = c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined;
  if (anonymousOrganization === null || !isSurface || fromBrowser) throw missingKey();
  return anonymousActor(anonymousOrganization);
}

/** Limits requests with an uncached key by address, so that guessing keys puts little load on the database. */
async function limitUnknownKeys(c: Context<AppEnv>): Promise<void> {
  if (c.get('deps').rateLimiter === null) return;
  refuseGuessing(c, 'key');
  await limitAddress(c);
}

const byVersion = /^\/v1\/namespaces\/([^/]+)\/plugins\/([^/]+)\/realtime\/test$/;
const byName = /^\/v1\/namespaces\/([^/]+)\/plugins\/by-name\/([^/]+)\/realtime(?:\/test)?$/;
const goPlugin = /^\/api\/(plugins|storage-plugins)\/([^/]+)\/call$/;

interface Request {
  method: string;
  path: string;
  header(name: string): string | undefined;
}

/** Returns the plugin to call, so that its route and the key are looked up together. Undefined for other requests, and for names that need decoding, which their routes look up. */
function calleeFromPath(req: Request): Callee | undefined {
  const { method, path } = req;
  if (method !== 'POST' || path.includes('%')) return undefined;
  const [, inVersion = '', pluginId = ''] = byVersion.exec(path) ?? [];
  if (isId('namespace', inVersion)) return { by: 'version', namespaceId: inVersion, pluginId };
  const [, namespaceId = '', name = ''] = byName.exec(path) ?? [];
  if (isId('namespace', namespaceId)) return namedCallee(req, { namespaceId, name });
  const [, surface, goName = ''] = goPlugin.exec(path) ?? [];
  if (surface === undefined) return undefined;
  return { by: 'kind', kind: surface === 'plugins' ? 'pipeline' : 'storage', name: goName };
}

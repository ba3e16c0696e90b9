// Reads and sets a browser session's cookie, and rejects requests that another site's page made the browser send.
import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { csrfToken, type SessionSecret, sessionPrefix } from '../../access/browser-sessions.ts';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context/context.ts';
import { requestOrigin } from '../requests/origin.ts';

/** The prefix `__Host-` binds a cookie to one host, and to HTTPS or the loopback address. */
const cookieName = 'slipway';
const cookieOptions = { prefix: 'host', httpOnly: true, sameSite: 'Strict' } as const;
const csrfHeader = 'slipway-csrf';
const readingMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

export function sessionSecret(c: Context<AppEnv>): string | undefined {
  const secret = getCookie(c, cookieName, 'host');
  return secret?.startsWith(sessionPrefix) ? secret : undefined;
}

export function setSessionCookie(c: Context<AppEnv>, { secret, expiresAt }: SessionSecret): void {
  setCookie(c, cookieName, secret, { ...cookieOptions, expires: new Date(expiresAt) });
}

export function clearSessionCookie(c: Context<AppEnv>): void {
  deleteCookie(c, cookieName, cookieOptions);
}

/** `SameSite=Strict` protects the cookie from other sites, but not from other ports and subdomains. These checks do. */
export async function requireSameSite(c: Context<AppEnv>, secret: string): Promise<void> {
  requireSameOrigin(c);
  if (readingMethods.has(c.req.method)) return;
  if (c.req.header(csrfHeader) !== (await csrfToken(secret)))
    throw new Problem('cross-site', `The header ${csrfHeader} does not belong to this session`);
}

/** A browser sends `none` for an address that the user entered. */
export function requireSameOrigin(c: Context<AppEnv>): void {
  const site = c.req.header('sec-fetch-site') ?? 'same-origin';
  const origin = c.req.header('origin');
  const isReading = readingMethods.has(c.req.method);
  const isSameSite = site === 'same-origin' || (site === 'none' && isReading);
  if (!isSameSite || (origin !== undefined && origin !== requestOrigin(c)))
    throw new Problem('cross-site', 'Another site sent this request');
}

/**
 * Rejects a request that names a host other than Slipway's. After a web page has loaded, it can point its own host name to 127.0.0.1 (DNS
 * rebinding). The browser then treats its requests as same-origin, but they still name the page's host.
 */
export function requireKnownHost(c: Context<AppEnv>): void {
  const { hosts } = c.var.deps;
  const hostname = URL.parse(c.req.url)?.hostname ?? '';
  if (hosts !== null && !hosts.has(hostname))
    throw new Problem('unknown-host', `Slipway does not accept this request as ${hostname.slice(0, 253)}`);
}

export const knownHostsOnly: MiddlewareHandler<AppEnv> = async (c, next) => {
  requireKnownHost(c);
  await next();
};

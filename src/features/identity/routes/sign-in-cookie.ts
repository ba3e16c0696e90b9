// Reads and sets the cookie that binds a sign-in to the browser that began it.
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { AppEnv } from '../../../api/context/context.ts';
import { peopleLimits } from '../../../contract/features/identity/limits.ts';

/** The issuer's page sends the browser back from another site, so the cookie isn't strict. */
const signInCookieName = 'slipway-sign-in';
const signInCookieOptions = { prefix: 'host', httpOnly: true, sameSite: 'Lax' } as const;

export function signInSecret(c: Context<AppEnv>): string | undefined {
  return getCookie(c, signInCookieName, 'host');
}

export function setSignInCookie(c: Context<AppEnv>, secret: string): void {
  setCookie(c, signInCookieName, secret, { ...signInCookieOptions, maxAge: peopleLimits.signInMs / 1000 });
}

export function clearSignInCookie(c: Context<AppEnv>): void {
  deleteCookie(c, signInCookieName, signInCookieOptions);
}

// Limits requests by client address if no key identifies the client, and limits addresses that send wrong keys or admin tokens.
import type { Context, MiddlewareHandler } from 'hono';
import { apiLimits } from '../../contract/limits/requests.ts';
import type { Clock } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context/context.ts';
import { periodMs } from '../context/failed-attempts.ts';
import { clientAddress, loopback } from '../requests/origin.ts';

/** Applies the rate limit, if any, to a key ID or an address. */
export async function limit(c: Context<AppEnv>, key: string): Promise<void> {
  const { rateLimiter, clock } = c.get('deps');
  if (rateLimiter && !(await rateLimiter.limit({ key })).success) throw rateLimited(clock, 'Too many requests');
}

export function limitAddress(c: Context<AppEnv>): Promise<void> {
  return limit(c, clientAddress(c));
}

/** Limits requests to paths that need no key. */
export const limitedByAddress: MiddlewareHandler<AppEnv> = async (c, next) => {
  await limitAddress(c);
  await next();
};

/** Kinds of secrets. Failures with one kind don't keep an address from using another. */
export type Tried = 'operator-token' | 'key' | 'id-token' | 'link' | 'invitation' | 'sign-in-code';

/** Limits requests with a right operator token, apart from what others send from its address. */
export function limitOperator(c: Context<AppEnv>): Promise<void> {
  return limit(c, countedAs(c, 'operator-token'));
}

/** Rejects an address with too many failures of this kind in the current minute, before its next secret is looked up. */
export function refuseGuessing(c: Context<AppEnv>, tried: Tried): void {
  const { clock } = c.var.deps;
  if (c.var.caches.failures.count(countedAs(c, tried), clock.now()) >= apiLimits.failedAttempts)
    throw rateLimited(clock, 'Too many failed authentications');
}

/** The machine's own clients share an address, so their failures count only where a right secret is accepted anyway. */
export function countFailure(c: Context<AppEnv>, tried: Tried): void {
  if (clientAddress(c) === loopback && tried !== 'operator-token') return;
  c.var.caches.failures.add(countedAs(c, tried), c.var.deps.clock.now());
}

function countedAs(c: Context<AppEnv>, tried: Tried): string {
  return `${tried} ${clientAddress(c)}`;
}

function rateLimited(clock: Clock, what: string): Problem {
  const retryAfterSeconds = Math.ceil((periodMs - (clock.now() % periodMs)) / 1000);
  return new Problem('rate-limited', `${what} in the current minute`, { retryAfterSeconds });
}

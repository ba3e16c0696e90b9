// Requires an operator token, because operators have no key.
import type { Context } from 'hono';
import { secretsEqual } from '../../core/digest.ts';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context/context.ts';
import { countFailure, limitAddress, limitOperator, refuseGuessing } from './address-limits.ts';
import { requireKnownHost } from './browser-requests.ts';

const wrong = 'is missing or not valid';

/** Accepts the admin token. */
export function requireOperator(c: Context<AppEnv>): Promise<void> {
  const hint = 'Send the admin token: `Authorization: Bearer …`. An API key does not work here.';
  return requireToken(c, [c.var.deps.adminToken], new Problem('unauthorized', `The admin token ${wrong}`, { hint }));
}

/** Accepts the metrics token, if one is set, and the admin token. */
export function requireMetricsReader(c: Context<AppEnv>): Promise<void> {
  const { adminToken, metricsToken } = c.var.deps;
  const hint =
    'Send METRICS_TOKEN or the admin token: `Authorization: Bearer …`. An API key gives no access to the metrics.';
  const refusal = new Problem('unauthorized', `The metrics token ${wrong}`, { hint });
  return requireToken(c, metricsToken === null ? [adminToken] : [adminToken, metricsToken], refusal);
}

/**
 * Requires one of the tokens. A right token is accepted whatever else came from its address, which others can share. Wrong ones count
 * against the address.
 */
async function requireToken(c: Context<AppEnv>, accepted: readonly string[], refusal: Problem): Promise<void> {
  requireKnownHost(c);
  const token = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (token !== undefined) for (const one of accepted) if (await secretsEqual(token, one)) return limitOperator(c);
  refuseGuessing(c, 'operator-token');
  await limitAddress(c);
  if (token !== undefined) countFailure(c, 'operator-token');
  throw refusal;
}

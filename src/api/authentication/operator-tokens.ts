// Requires a token of the operator, who has no key.
import type { Context } from 'hono';
import { secretsEqual } from '../../core/digest.ts';
import { Problem } from '../../core/problem.ts';
import type { AppEnv } from '../context.ts';
import { countFailure, limitAddress, refuseGuessing } from './address-limits.ts';
import { requireKnownHost } from './known-hosts.ts';

/** Accepts the admin token, and the other one if there is one. Each wrong token counts against the client's address. */
export async function requireOperator(c: Context<AppEnv>, other: string | null = null): Promise<void> {
  requireKnownHost(c);
  refuseGuessing(c);
  await limitAddress(c);
  const token = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (token !== undefined && (await secretsEqual(token, c.var.deps.adminToken))) return;
  if (token !== undefined && other !== null && (await secretsEqual(token, other))) return;
  if (token !== undefined) countFailure(c);
  throw new Problem('unauthorized', 'The admin token is missing or not valid');
}

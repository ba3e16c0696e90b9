// Authorizes the routes for the scan policy, waivers and grants, which affect a whole organization.
import type { Context } from 'hono';
import { type Actor, requireScope } from '../../access/actor.ts';
import { Problem } from '../../core/problem.ts';
import { type AppEnv, requireActor } from '../context/context.ts';

export function policyAdmin(c: Context<AppEnv>): Actor {
  const actor = requireActor(c);
  requireScope(actor, 'policy:admin');
  if (actor.namespaceIds !== null)
    throw new Problem(
      'forbidden',
      'This key is bound to namespaces, but this operation covers the whole organization. Use a key without namespaces.',
      {
        details: { namespace_ids: [...actor.namespaceIds] },
      },
    );
  return actor;
}

// Who may use the routes of the scan policy and its waivers: they are of a whole organization.
import type { Context } from 'hono';
import { type Actor, requireScope } from '../../access/actor.ts';
import { Problem } from '../../core/problem.ts';
import { type AppEnv, actorOf } from '../context.ts';

export function policyAdmin(c: Context<AppEnv>): Actor {
  const actor = actorOf(c);
  requireScope(actor, 'policy:admin');
  if (actor.namespaceIds !== null)
    throw new Problem('forbidden', 'This key is bound to namespaces; the scan policy is of the whole organization', {
      details: { namespace_ids: [...actor.namespaceIds] },
    });
  return actor;
}

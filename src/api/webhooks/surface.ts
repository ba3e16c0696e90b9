// What the routes of webhooks share: who may use them, and the refusal of an endpoint that isn't there for the key.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { type EndpointId, isId } from '../../core/ids.ts';
import { type AppEnv, actorOf } from '../context.ts';

export const identified = { params: z.object({ endpoint_id: z.string().openapi({ example: 'whk_…' }) }) };

export function webhookAdmin(c: Context<AppEnv>): Actor {
  const actor = actorOf(c);
  requireScope(actor, 'webhooks:admin');
  return actor;
}

/** Text that isn't an endpoint's id names one that doesn't exist. */
export function endpointIdOf(c: Context<AppEnv>): EndpointId {
  const text = c.req.param('endpoint_id') ?? '';
  if (!isId('endpoint', text)) throw notFound('webhook', text);
  return text;
}

export function found<Thing>(c: Context<AppEnv>, thing: Thing | undefined): Thing {
  if (thing === undefined) throw notFound('webhook', endpointIdOf(c));
  return thing;
}

// Authorizes the webhook routes and parses their endpoint IDs.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, notFound, requireId, requireScope } from '../../access/actor.ts';
import { type AppEnv, requireActor } from '../context/context.ts';

export const endpointParams = { params: z.object({ endpoint_id: z.string() }) };

export function webhookAdmin(c: Context<AppEnv>): Actor {
  const actor = requireActor(c);
  requireScope(actor, 'webhooks:admin');
  return actor;
}

export const toEndpointId = (c: Context<AppEnv>) => requireId('endpoint', c.req.param('endpoint_id') ?? '', 'webhook');

/** Returns the value. Throws the endpoint's 404 if there is none. */
export function requireEndpoint<Value>(c: Context<AppEnv>, value: Value | undefined): Value {
  if (value === undefined) throw notFound('webhook', toEndpointId(c));
  return value;
}

// Authorizes the webhook routes and parses their endpoint IDs.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { type EndpointId, isId } from '../../core/ids.ts';
import { type AppEnv, requireActor } from '../context.ts';

export const endpointParams = { params: z.object({ endpoint_id: z.string() }) };

export function webhookAdmin(c: Context<AppEnv>): Actor {
  const actor = requireActor(c);
  requireScope(actor, 'webhooks:admin');
  return actor;
}

/** Parses an endpoint ID. Text that isn't an ID gets the same response as a missing endpoint. */
export function toEndpointId(c: Context<AppEnv>): EndpointId {
  const text = c.req.param('endpoint_id') ?? '';
  if (!isId('endpoint', text)) throw notFound('webhook', text);
  return text;
}

/** Returns the value. Throws the endpoint's 404 if there is none. */
export function requireEndpoint<Value>(c: Context<AppEnv>, value: Value | undefined): Value {
  if (value === undefined) throw notFound('webhook', toEndpointId(c));
  return value;
}

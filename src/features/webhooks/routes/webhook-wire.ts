// Renders webhook endpoints, deliveries and attempts as JSON.
import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, notFound, requireId, requireScope } from '../../../access/actor.ts';
import { type AppEnv, requireActor } from '../../../api/context/context.ts';
import { eventFilter } from '../../../api/responses/event-wire.ts';
import {
  deliveryStates,
  disableReasons,
  exampleEndpointId,
  exampleEventId,
} from '../../../contract/features/webhooks/feature.ts';
import { signedRequests } from '../../../contract/limits/signed-requests.ts';
import { endpointStates } from '../../../contract/states.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import { eventLine } from '../../../events/event-line.ts';
import type { Attempt, Delivery, DeliveryDetails } from '../deliveries.ts';
import type { Endpoint } from '../endpoints.ts';

const time = z.iso.datetime();
export const endpointId = z.string().openapi({ example: exampleEndpointId });
const eventId = z.string().openapi({ example: exampleEventId });

export const endpointModel = z
  .object({
    endpoint_id: endpointId,
    url: z.string(),
    description: z.string().nullable().openapi({ example: 'Tells the team chat' }),
    events: z
      .array(eventFilter)
      .nullable()
      .openapi({ description: 'Null: all events', example: ['deployment.'] }),
    namespace_ids: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'Null for all namespaces, and for events outside namespaces' }),
    status: z.enum(endpointStates),
    disabled_because: z.enum(disableReasons).nullable().openapi({
      description:
        'Why the webhook is disabled: on request, because the receiver responded with 410, or because deliveries failed for five days',
      example: null,
    }),
    failing_since: time.nullable().openapi({ example: null }),
    timeout_seconds: z.number().openapi({
      description: "Time limit for the receiver's response; shorter while the receiver often times out",
      example: 15,
    }),
    previous_secret_until: time
      .nullable()
      .openapi({ description: 'Requests are also signed with the previous secret until this time' }),
    created_at: time,
    updated_at: time,
  })
  .openapi('Webhook');

export const deliveryCounts = z.object({
  pending: z.int().openapi({ example: 0 }),
  succeeded: z.int().openapi({ example: 128 }),
  failed: z.int(),
});

export const endpointWithSecret = endpointModel
  .extend({
    secret: z.string().openapi({
      description: 'Shown in this response only',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwP2WcT5hYbDk=',
    }),
  })
  .openapi('WebhookWithSecret');

export function endpointWire(row: Endpoint): z.infer<typeof endpointModel> {
  return {
    endpoint_id: row.id,
    url: row.url,
    description: row.description,
    events: row.eventFilters,
    namespace_ids: row.namespaceIds,
    status: row.status,
    disabled_because: row.disableReason,
    failing_since: isoOrNull(row.failingSince),
    timeout_seconds: (row.timeoutMs ?? signedRequests.timeoutMs) / 1000,
    previous_secret_until: isoOrNull(row.previousUntil),
    created_at: iso(row.createdAt),
    updated_at: iso(row.updatedAt),
  };
}

export const deliveryModel = z
  .object({
    delivery_id: z.string(),
    endpoint_id: endpointId,
    event_id: eventId,
    event_type: z.string().openapi({ example: 'deployment.promoted' }),
    status: z.enum(deliveryStates),
    attempts: z.int(),
    next_attempt_at: time.nullable(),
    event_at: time,
    updated_at: time,
  })
  .openapi('Delivery');

export function deliveryWire(row: Delivery): z.infer<typeof deliveryModel> {
  return {
    delivery_id: row.id,
    endpoint_id: row.endpointId,
    event_id: row.eventId,
    event_type: row.eventType,
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: isoOrNull(row.nextAt),
    event_at: iso(row.createdAt),
    updated_at: iso(row.updatedAt),
  };
}

const attemptModel = z.object({
  number: z.int(),
  started_at: time,
  duration_ms: z.int(),
  status_code: z.int().nullable().openapi({ description: 'Null if no response was received', example: 204 }),
  error: z.string().nullable().openapi({ description: 'Null if the attempt succeeded' }),
  response_excerpt: z
    .string()
    .nullable()
    .openapi({ description: "The response body's first KiB. Null for a response from this machine." }),
});

export const deliveryInFullModel = deliveryModel
  .extend({
    body: z.string().openapi({
      description: 'The request body, byte for byte',
      example: '{"id":"evt_01m7wc54fherz84624ahd0kr7h","type":"namespace.created"}',
    }),
    attempts_made: z.array(attemptModel),
  })
  .openapi('DeliveryInFull');

export function deliveryInFullWire({
  delivery,
  attempts,
  event,
}: DeliveryDetails): z.infer<typeof deliveryInFullModel> {
  return { ...deliveryWire(delivery), body: eventLine(event), attempts_made: attempts.map(attemptWire) };
}

function attemptWire(row: Attempt): z.infer<typeof attemptModel> {
  return {
    number: row.number,
    started_at: iso(row.startedAt),
    duration_ms: row.durationMs,
    status_code: row.statusCode,
    error: row.error,
    response_excerpt: row.responseExcerpt,
  };
}

export const endpointParams = {
  params: z.object({ endpoint_id: endpointId.openapi({ description: 'ID of the webhook, `whk_…`' }) }),
};

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

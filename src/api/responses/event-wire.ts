// Renders events as JSON, and declares every event type as a webhook in the OpenAPI document.
import { z } from '@hono/zod-openapi';
import { actorTypes } from '../../contract/actor.ts';
import { type EventType, eventData, eventFilterSchema, eventTypeSchema } from '../../contract/events/events.ts';
import { claimsSchema, personChannels, voucherSchema } from '../../contract/identity.ts';
import { jsonObject } from '../../contract/json.ts';

export const actorModel = z
  .object({
    type: z.enum(actorTypes),
    id: z.string().openapi({ example: 'key_01m7wc54fherz84624ahd0kr7h' }),
    name: z
      .string()
      .optional()
      .openapi({ description: 'Name of a key, person or CI job at that time', example: 'Ana' }),
    via: z.enum(personChannels).optional().openapi({ description: "How a person's request came", example: 'cli' }),
    claims: claimsSchema.optional().openapi({ description: "Claims of a CI job's ID token" }),
    issuer: voucherSchema.optional().openapi({ description: 'The issuer that vouched for a CI job, at that time' }),
    made_by: z
      .array(z.string())
      .optional()
      .openapi({
        description:
          'IDs of the people who made the key, deploy hook or trusted publisher that acted, changed it or rotated its secret, and of the authors of a version that was relocked. Omitted if none is known',
        example: ['usr_01m7wc54fherz84624ahd0kr7h'],
      }),
  })
  .openapi('Actor');

export const eventModel = z
  .object({
    id: z.string().openapi({
      description: '`evt_…`, the `webhook-id` header of each of its deliveries',
      example: 'evt_01m7wc54fherz84624ahd0kr7h',
    }),
    type: z.enum(eventTypeSchema.options),
    timestamp: z.iso.datetime(),
    organization_id: z.string(),
    namespace_id: z.string().nullable().openapi({ description: 'Null for events outside namespaces' }),
    subject_id: z.string().openapi({ description: 'ID of the changed resource' }),
    actor: actorModel,
    data: jsonObject,
  })
  .openapi('Event');

/** An event type, or a prefix that ends in a dot. */
export const eventFilter = z.enum(eventFilterSchema.options).openapi('EventFilter', { example: 'deployment.' });

export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', format: 'date-time' });

const signature = z.object({
  'webhook-id': z.string().openapi({ description: "The event's ID, which is the same for every attempt" }),
  'webhook-timestamp': z.string().openapi({ description: 'Time of this attempt, in seconds since the Unix epoch' }),
  'webhook-signature': z
    .string()
    .openapi({ description: '`v1,<base64 HMAC-SHA256 of "id.timestamp.body">`, one per valid secret' }),
});

/** Describes the request that a receiver gets for this event type. */
export function eventWebhook(type: EventType) {
  const { description } = eventData[type];
  const event = eventModel.extend({ type: z.literal(type), data: eventData[type] });
  return {
    method: 'post' as const,
    path: type,
    operationId: `on${type.replaceAll(/(?:^|[._])(.)/g, (_, letter: string) => letter.toUpperCase())}`,
    // Uses a separate tag from the API's own routes: some generators write one file per tag, and this file would overwrite theirs.
    tags: ['Webhook requests'],
    security: [],
    ...(description === undefined ? {} : { summary: description }),
    request: { headers: signature, body: { required: true, content: { 'application/json': { schema: event } } } },
    responses: {
      '2XX': { description: 'Received. Any other status is a failure; redirects are not followed.' },
      410: { description: 'Gone: Slipway disables the webhook.' },
    },
  };
}

export const webhooksOfEvents = eventTypeSchema.options.map(eventWebhook);

// Events as they are told outside, and every type of them as a webhook of the OpenAPI document.
import { z } from '@hono/zod-openapi';
import { actorTypes, type EventType, eventData, eventFilterSchema, eventTypeSchema } from '../../contract/events.ts';
import { jsonObject } from '../../contract/json.ts';

export const eventModel = z
  .object({
    id: z.string().openapi({ description: 'evt_…; the header webhook-id of every delivery of it' }),
    type: z.enum(eventTypeSchema.options),
    timestamp: z.iso.datetime(),
    organization_id: z.string(),
    namespace_id: z.string().nullable().openapi({ description: 'Null: outside of namespaces' }),
    subject_id: z.string().openapi({ description: 'The id of what changed' }),
    actor: z.object({ type: z.enum(actorTypes), id: z.string() }),
    data: jsonObject,
  })
  .openapi('Event');

/** A type, or the beginning of some with its full stop. */
export const eventFilter = z.enum(eventFilterSchema.options).openapi('EventFilter', { example: 'deployment.' });

export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .openapi({ type: 'string', format: 'date-time' });

const signature = z.object({
  'webhook-id': z.string().openapi({ description: 'The id of the event: the same however often it is sent' }),
  'webhook-timestamp': z.string().openapi({ description: 'Of this attempt, in seconds since 1970' }),
  'webhook-signature': z
    .string()
    .openapi({ description: 'v1,<base64 HMAC-SHA256 of "id.timestamp.body">, one for each live secret' }),
});

/** What a receiver is sent for an event of the type. */
export function webhookOf(type: EventType) {
  const { description } = eventData[type];
  const event = eventModel.extend({ type: z.literal(type), data: eventData[type] });
  return {
    method: 'post' as const,
    path: type,
    operationId: `on${type.replaceAll(/(?:^|[._])(.)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: ['Webhooks'],
    security: [],
    ...(description === undefined ? {} : { summary: description }),
    request: { headers: signature, body: { required: true, content: { 'application/json': { schema: event } } } },
    responses: {
      '2XX': { description: 'It was received. Nothing else counts; redirects are not followed.' },
      410: { description: 'The webhook is disabled.' },
    },
  };
}

export const webhooksOfEvents = eventTypeSchema.options.map(webhookOf);

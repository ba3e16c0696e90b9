// Defines the events, queue messages, settings and states of webhooks and their deliveries.
import { z } from 'zod';
import { eventWithData, eventWithoutData } from '../../event-data.ts';
import { idSchema } from '../../ids.ts';
import { inDays } from '../../limits/retention.ts';
import { webhooks } from './limits.ts';

/** Reasons for a disabled webhook: by request, because the receiver responded with 410, or after days of nothing but failures. */
export const disableReasons = ['request', 'gone', 'failing'] as const;
export type DisableReason = (typeof disableReasons)[number];

export const deliveryStates = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** In documentation. */
export const exampleEndpointId = 'whk_01m7wc54fherz84624ahd0kr7h';
export const exampleEventId = 'evt_01m7wc54fherz84624ahd0kr7h';

export const events = {
  'webhook.created': eventWithData('A webhook was created.', {
    host: z.string().meta({ example: 'hooks.example.com' }),
    events: z
      .array(z.string())
      .nullable()
      .meta({ example: ['deployment.'] }),
    namespace_ids: z.array(z.string()).nullable(),
  }),
  'webhook.updated': eventWithData('A webhook was updated.', { fields: z.array(z.string()) }),
  'webhook.deleted': eventWithoutData('A webhook was deleted.'),
  'webhook.enabled': eventWithoutData('A webhook was enabled and receives events again.'),
  'webhook.disabled': eventWithData(
    'A webhook was disabled: by request, because it responded with 410, or because deliveries failed for days.',
    {
      because: z.enum(disableReasons),
    },
  ),
  'webhook.timeout_shortened': eventWithData('A receiver hung often, so its attempts time out sooner.', {
    timeout_seconds: z.number().meta({ example: 15 }),
  }),
  'webhook.timeout_restored': eventWithData('A receiver responds again, so its attempts time out as usual.', {
    timeout_seconds: z.number().meta({ example: 15 }),
  }),
  'webhook.secret_rotated': eventWithData("A webhook's secret was rotated.", { previous_valid_until: z.string() }),
  'webhook.test': eventWithoutData('A test event, sent only to the webhook it was requested for.'),
  'webhook.redelivered': eventWithData('A redelivery was requested.', {
    delivery_id: z.string(),
    event_id: z.string().meta({ example: exampleEventId }),
  }),
  'attention.summary': eventWithData(
    'What needs attention today. Recorded once a day if there is something, and only for webhooks that subscribe to it by name.',
    {
      count: z.int(),
      counts: z
        .record(z.string(), z.int())
        .describe('Number by kind.')
        .meta({ example: { key: 1, quota: 1 } }),
      titles: z.array(z.string().meta({ example: 'The API key ci expires on 2026-03-12' })).describe('The first 20.'),
      incomplete: z.array(z.string().meta({ example: 'quota' })).describe('Kinds that could not be read.'),
    },
  ),
  'webhook.recovered': eventWithData('Failed events of a period were redelivered.', {
    since: z.string(),
    until: z.string(),
  }),
};

export const messages = [
  /** Creates deliveries of all new events, including this one, for the webhooks that subscribe to them. */
  z.object({ v: z.literal(1), type: z.literal('fan-out'), id: idSchema('event') }),
  /** Sends the webhook's due deliveries. */
  z.object({ v: z.literal(1), type: z.literal('deliver'), id: idSchema('endpoint') }),
] as const;

const days = 24 * 60 * 60 * 1000;

/** Redelivering a period needs its events and deliveries. */
const recoverableDays = webhooks.recoverableMs / days + 1;

export const settings = {
  /** Deliveries, after they ended. */
  DELIVERY_RETENTION_DAYS: inDays(30 * days, recoverableDays, 365),
};

// Defines the settings that say how long things are kept, in days. docs/operations.md lists them with what stays regardless of them.
import { z } from 'zod';
import { retention } from './builder.ts';
import { webhooks } from './webhooks.ts';

const dayMs = 86_400_000;

const days = (defaultMs: number, min: number, max = 3650) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(max)
    .default(defaultMs / dayMs);

/** Redelivering a period needs its events and deliveries. */
const recoverableDays = webhooks.recoverableMs / dayMs + 1;

export const retentionSettings = z.object({
  /** Events in the database, where lists find them. Then they are in the store, for the export. */
  EVENT_RETENTION_DAYS: days(retention.eventsMs, 60),
  /** Ended deployments with their steps, except those that a rollback needs. */
  DEPLOYMENT_RETENTION_DAYS: days(retention.deploymentsMs, 1),
  /** Rejected and expired uploads. */
  UPLOAD_RETENTION_DAYS: days(retention.uploadsMs, 1),
  /** Deliveries of webhooks after they ended. */
  DELIVERY_RETENTION_DAYS: days(retention.deliveriesMs, recoverableDays, 365),
  /** Messages that could never succeed. */
  DEAD_LETTER_RETENTION_DAYS: days(retention.deadLettersMs, 1),
  /** Pushes that deploy hooks received, after they ended. */
  PUSH_RETENTION_DAYS: days(retention.pushesMs, 1, 365),
  /** Lines of the logs of instances after they were stored. */
  LOG_RETENTION_DAYS: days(retention.instanceLogsMs, 1),
  /** Counted calls by hour. Requests read a week. */
  TRAFFIC_RETENTION_DAYS: days(retention.trafficMs, 7, 400),
});

/** How long each kind is kept, in milliseconds. */
export interface Retention {
  eventsMs: number;
  deploymentsMs: number;
  uploadsMs: number;
  deliveriesMs: number;
  deadLettersMs: number;
  pushesMs: number;
  instanceLogsMs: number;
  trafficMs: number;
}

export function retentionOf(settings: z.infer<typeof retentionSettings>): Retention {
  return {
    eventsMs: settings.EVENT_RETENTION_DAYS * dayMs,
    deploymentsMs: settings.DEPLOYMENT_RETENTION_DAYS * dayMs,
    uploadsMs: settings.UPLOAD_RETENTION_DAYS * dayMs,
    deliveriesMs: settings.DELIVERY_RETENTION_DAYS * dayMs,
    deadLettersMs: settings.DEAD_LETTER_RETENTION_DAYS * dayMs,
    pushesMs: settings.PUSH_RETENTION_DAYS * dayMs,
    instanceLogsMs: settings.LOG_RETENTION_DAYS * dayMs,
    trafficMs: settings.TRAFFIC_RETENTION_DAYS * dayMs,
  };
}

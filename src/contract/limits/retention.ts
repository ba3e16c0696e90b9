// Defines how long things are kept, and the settings that change it, in days. docs/reference/operations.md lists them with what stays
// regardless of them. Also how much of an organization that leaves a sweep removes, and a response exports.
import { z } from 'zod';
import { webhooks } from './webhooks.ts';

const hours = 60 * 60 * 1000;
const days = 24 * hours;

/** How long things are kept that nothing needs any more, or that may still be needed. Settings change some. */
export const retention = {
  /** Messages of the outbox after they were sent. */
  sentMessagesMs: 7 * days,
  /** Deliveries of webhooks after they ended. Must exceed `webhooks.recoverableMs`. */
  deliveriesMs: 30 * days,
  /** Pushes that deploy hooks received, after they ended. While one is kept, its delivery ID is known. */
  pushesMs: 30 * days,
  /** Runs after they ended, with their input and their results. */
  runsMs: 7 * days,
  /** Deployments after they ended. */
  deploymentsMs: 90 * days,
  /** Rejected and expired uploads after they ended. */
  uploadsMs: 90 * days,
  /** Builds that failed because of their source. Losing one only costs a build that fails again. */
  failedBuildsMs: 30 * days,
  /** Messages that could never succeed. */
  deadLettersMs: 90 * days,
  /** Events in the database. Must exceed `webhooks.recoverableMs`. */
  eventsMs: 400 * days,
  /** The lines of an instance's log after they were stored. */
  instanceLogsMs: 30 * days,
  /** Calls that are answered later, after their end. */
  laterCallsMs: 1 * days,
  /** Counted calls by hour. */
  trafficMs: 30 * days,
  /** Counted calls by minute. */
  minuteTrafficMs: 1 * days,
  /** Cached findings of a plugin that is not published. Losing them only costs a full scan. */
  cachedFindingsMs: 90 * days,
  /** The response stored for an Idempotency-Key. The API documents it. */
  idempotentResponsesMs: 24 * hours,
  /** The archive of a deleted version (D16), the copy of a yanked artifact, and a built artifact without a version. */
  deletedContentMs: 24 * hours,
  /** An object without a row that refers to it. No upload and no scan takes this long, so none will get its row later. */
  orphanedObjectsMs: 3 * days,
} as const;

const inDays = (defaultMs: number, min: number, max = 3650) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(max)
    .default(defaultMs / days);

/** Redelivering a period needs its events and deliveries. */
const recoverableDays = webhooks.recoverableMs / days + 1;

export const retentionSettings = z.object({
  /** Events in the database, where lists find them. Then they are in the store, for the export. */
  EVENT_RETENTION_DAYS: inDays(retention.eventsMs, 60),
  /** Ended deployments with their steps, except those that a rollback needs. */
  DEPLOYMENT_RETENTION_DAYS: inDays(retention.deploymentsMs, 1),
  /** Rejected and expired uploads. */
  UPLOAD_RETENTION_DAYS: inDays(retention.uploadsMs, 1),
  /** Deliveries of webhooks after they ended. */
  DELIVERY_RETENTION_DAYS: inDays(retention.deliveriesMs, recoverableDays, 365),
  /** Builds that failed because of their source, with the compiler's messages. */
  FAILED_BUILD_RETENTION_DAYS: inDays(retention.failedBuildsMs, 1),
  /** Messages that could never succeed. */
  DEAD_LETTER_RETENTION_DAYS: inDays(retention.deadLettersMs, 1),
  /** Pushes that deploy hooks received, after they ended. */
  PUSH_RETENTION_DAYS: inDays(retention.pushesMs, 1, 365),
  /** Runs with their input and their results, after they ended. */
  RUN_RETENTION_DAYS: inDays(retention.runsMs, 1, 365),
  /** Lines of the logs of instances after they were stored. */
  LOG_RETENTION_DAYS: inDays(retention.instanceLogsMs, 1),
  /** Calls that are answered later, after their end. */
  LATER_CALL_RETENTION_DAYS: inDays(retention.laterCallsMs, 1, 30),
  /** Counted calls by hour. Requests read a week. */
  TRAFFIC_RETENTION_DAYS: inDays(retention.trafficMs, 7, 400),
  /** Counted calls by minute. Requests read six hours. */
  MINUTE_TRAFFIC_RETENTION_DAYS: inDays(retention.minuteTrafficMs, 1, 30),
});

/** How long each kind is kept, in milliseconds. */
export interface Retention {
  eventsMs: number;
  deploymentsMs: number;
  uploadsMs: number;
  deliveriesMs: number;
  failedBuildsMs: number;
  deadLettersMs: number;
  pushesMs: number;
  runsMs: number;
  instanceLogsMs: number;
  laterCallsMs: number;
  trafficMs: number;
  minuteTrafficMs: number;
}

export function toRetention(settings: z.infer<typeof retentionSettings>): Retention {
  return {
    eventsMs: settings.EVENT_RETENTION_DAYS * days,
    deploymentsMs: settings.DEPLOYMENT_RETENTION_DAYS * days,
    uploadsMs: settings.UPLOAD_RETENTION_DAYS * days,
    deliveriesMs: settings.DELIVERY_RETENTION_DAYS * days,
    failedBuildsMs: settings.FAILED_BUILD_RETENTION_DAYS * days,
    deadLettersMs: settings.DEAD_LETTER_RETENTION_DAYS * days,
    pushesMs: settings.PUSH_RETENTION_DAYS * days,
    runsMs: settings.RUN_RETENTION_DAYS * days,
    instanceLogsMs: settings.LOG_RETENTION_DAYS * days,
    laterCallsMs: settings.LATER_CALL_RETENTION_DAYS * days,
    trafficMs: settings.TRAFFIC_RETENTION_DAYS * days,
    minuteTrafficMs: settings.MINUTE_TRAFFIC_RETENTION_DAYS * days,
  };
}

/** A deleted organization: when it is closed, and how much of it one sweep removes. */
export const organizationDeletion = {
  /** Time from the request until the organization is closed. Until then everything goes on, and the request can be cancelled. */
  graceMs: 7 * days,
  /** Closed organizations that one sweep removes something of. All that are due are closed. */
  organizationsAtOnce: 5,
  /** Statements that delete, of one sweep for one organization. Each takes two trips to the database. */
  batchesAtOnce: 10,
  /** Rows that one of them deletes; of those whose objects have to be listed one by one. */
  rowsAtOnce: 100,
  listedAtOnce: 10,
} as const;

/** One response of an organization's export. */
export const organizationExport = {
  /** Rows of a page. */
  pageRows: 250,
  /** Requests to the database and the store of one response. An invocation may make 1,000 of each. */
  trips: 800,
  /** How long the URL of an object can be used. */
  urlSeconds: 3600,
} as const;

// Defines how long things are kept, and the settings in days that change it. docs/reference/operations.md lists them and their
// exceptions. Also limits how much of a deleted organization a sweep removes, and a response exports.
import { z } from 'zod';

const hours = 60 * 60 * 1000;
const days = 24 * hours;

/** How long to keep data that has served its purpose. Settings change some values. */
export const retention = {
  /** Outbox messages, after they were sent. */
  sentMessagesMs: 7 * days,
  /** Runs with their input and results, after they ended. */
  runsMs: 7 * days,
  /** Deployments, after they ended. */
  deploymentsMs: 90 * days,
  /** Rejected and expired uploads, after they ended. */
  uploadsMs: 90 * days,
  /** Builds that failed because of their source. Losing one only costs another failing build. */
  failedBuildsMs: 30 * days,
  /** Messages that could never succeed. */
  deadLettersMs: 90 * days,
  /** Events in the database. Webhooks can repeat those of 14 days. */
  eventsMs: 400 * days,
  /** Instance log lines, after they were stored. */
  instanceLogsMs: 30 * days,
  /** Later calls, after they ended. */
  laterCallsMs: 1 * days,
  /** Hourly call counts. */
  trafficMs: 30 * days,
  /** Call counts by the minute. */
  minuteTrafficMs: 1 * days,
  /** Plugins' use by the day: 13 months. */
  pluginDaysMs: 400 * days,
  /** Calendar months of usage, with the current one. */
  usageMonths: 13,
  /** How much of an instance's time was counted, after its last count. A builder may be silent for this long. */
  countedInstancesMs: 7 * days,
  /** Cached findings of an unpublished plugin. Losing them only costs a full scan. */
  cachedFindingsMs: 90 * days,
  /** Responses stored for an Idempotency-Key. The API's documentation states this time. */
  idempotentResponsesMs: 24 * hours,
  /** Archives of deleted versions (D16), copies of yanked artifacts, and built artifacts without a version. */
  deletedContentMs: 24 * hours,
  /** Objects without a row that refers to them. No upload or scan takes this long, so they will never get a row. */
  orphanedObjectsMs: 3 * days,
} as const;

/** Builds a setting in days, with a default and limits. */
export const inDays = (defaultMs: number, min: number, max = 3650) =>
  z.coerce
    .number()
    .int()
    .min(min)
    .max(max)
    .default(defaultMs / days);

export const retentionSettings = z.object({
  /** Events in the database, where lists find them. Later they are only in the store, for the export. */
  EVENT_RETENTION_DAYS: inDays(retention.eventsMs, 60),
  /** Ended deployments with their steps, except those needed for a rollback. */
  DEPLOYMENT_RETENTION_DAYS: inDays(retention.deploymentsMs, 1),
  /** Rejected and expired uploads. */
  UPLOAD_RETENTION_DAYS: inDays(retention.uploadsMs, 1),
  /** Builds that failed because of their source, with the compiler's messages. */
  FAILED_BUILD_RETENTION_DAYS: inDays(retention.failedBuildsMs, 1),
  /** Messages that could never succeed. */
  DEAD_LETTER_RETENTION_DAYS: inDays(retention.deadLettersMs, 1),
  /** Runs with their input and results, after they ended. */
  RUN_RETENTION_DAYS: inDays(retention.runsMs, 1, 365),
  /** Instance log lines, after they were stored. */
  LOG_RETENTION_DAYS: inDays(retention.instanceLogsMs, 1),
  /** Later calls, after they ended. */
  LATER_CALL_RETENTION_DAYS: inDays(retention.laterCallsMs, 1, 30),
  /** Hourly call counts. Requests read a week. */
  TRAFFIC_RETENTION_DAYS: inDays(retention.trafficMs, 7, 400),
  /** Call counts by the minute. Requests read six hours. */
  MINUTE_TRAFFIC_RETENTION_DAYS: inDays(retention.minuteTrafficMs, 1, 30),
});

/** How long each kind is kept, in milliseconds. */
export interface Retention {
  eventsMs: number;
  deploymentsMs: number;
  uploadsMs: number;
  failedBuildsMs: number;
  deadLettersMs: number;
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
    failedBuildsMs: settings.FAILED_BUILD_RETENTION_DAYS * days,
    deadLettersMs: settings.DEAD_LETTER_RETENTION_DAYS * days,
    runsMs: settings.RUN_RETENTION_DAYS * days,
    instanceLogsMs: settings.LOG_RETENTION_DAYS * days,
    laterCallsMs: settings.LATER_CALL_RETENTION_DAYS * days,
    trafficMs: settings.TRAFFIC_RETENTION_DAYS * days,
    minuteTrafficMs: settings.MINUTE_TRAFFIC_RETENTION_DAYS * days,
  };
}

/** Deleted organizations: when they are closed, and how much one sweep removes. */
export const organizationDeletion = {
  /** Time from the request until the organization is closed. Until then, everything keeps working, and the request can be cancelled. */
  graceMs: 7 * days,
  /** Closed organizations whose data one sweep removes. A sweep closes all organizations that are due. */
  organizationsAtOnce: 5,
  /** Delete statements per sweep and organization. Each takes two round trips to the database. */
  batchesAtOnce: 10,
  /** Rows per delete statement: in general, and if their objects have to be listed one by one. */
  rowsAtOnce: 100,
  listedAtOnce: 10,
} as const;

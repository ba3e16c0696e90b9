// Defines the limits, waits and retries of deploy hooks.

const KiB = 1024;
const MiB = 1024 * KiB;
const seconds = 1000;
const minutes = 60 * seconds;

export const deployHooks = {
  /** The body of a request to a hook. */
  bodyBytes: 1 * MiB,
  /** Requests that one hook accepts per minute. Each remains as a row until `PUSH_RETENTION_DAYS` are over. */
  pushesPerMinute: 600,
  windowMs: 60 * seconds,
  /** Tolerance of a signed timestamp (Standard Webhooks). */
  timestampToleranceMs: 5 * minutes,
  /** Waits after the first fetch that failed for a temporary reason, the second, and so on. Then the push fails. */
  retryWaitsMs: [10 * seconds, 60 * seconds, 5 * minutes],
  /** Concurrent reports of one organization, of the 20 workers that also send webhooks; others wait. Each takes up to 15 s. */
  reportsPerOrganization: 4,
  /** Delay before checking again a push whose upload another worker holds. */
  lookAgainSeconds: 2,
  /**
   * As for an upload, which the hook's run continues. Renewed by a timer; if it is lost, both workers continue the same upload, which only
   * one can claim.
   */
  lease: { leaseMs: 20 * seconds, renewEveryMs: 5 * seconds },
  /** Workers that may die while they have a push. Then it fails. */
  triesMax: 8,
} as const;

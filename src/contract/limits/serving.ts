// Defines how long the routes of calls are cached. Limits of the calls themselves are in builder.ts.

const seconds = 1000;

export const serving = {
  /** Routes are cached this long in each isolate (D10). Shorter than `deploymentLimits.pointerDrainMs`. */
  routeCacheMs: 1 * seconds,
  routeCacheSize: 10_000,
  /** `Retry-After` when a plugin has as many calls in progress as it may. */
  busyRetryAfterSeconds: 1,
} as const;

// Defines the limits, waits and retries of deployments. Limits of their instances are in builder.ts.

const seconds = 1000;

export const deploymentLimits = {
  /** A version's lock is a column, and D1 stores at most 2 MB per row. A package takes 1 to 10 KB. */
  lockBytesMax: 1_500_000,
  /**
   * Concurrent deployments per organization; others wait in the queue. Leaves workers to other organizations even if all of them hang:
   * a queue runs 10 consumers locally and up to 250 on Cloudflare.
   */
  perOrganizationAtOnce: 4,
  /**
   * How long an instance keeps running after it lost its last pointer, for calls already routed to it (D9). Must exceed
   * `nearestLimits.staleWhileRevalidateMs`. Not to be confused with `builderLimits.drainMs`.
   */
  pointerDrainMs: 30 * seconds,
  /** Wait before the second attempt; it doubles up to the maximum. The queue's other messages use the same waits. */
  backoffFirstSeconds: 10,
  backoffMaxSeconds: 600,
  /** A step's log: number of newest lines, and their total size. */
  stepLogLines: 500,
  stepLogChars: 100_000,
  /**
   * A growing step log is written at most this often, and less often in a long step, in proportion to its elapsed time. An invocation
   * may query the database 1,000 times and takes up to 15 minutes.
   */
  stepLogWrite: { everyMs: 1 * seconds, partOfStep: 1 / 20, everyMaxMs: 10 * seconds },
  /** Longest time that an install request waits for the result. Shorter than common client timeouts. */
  installWaitMs: 90 * seconds,
  installPollMs: 200,
  /** `Retry-After` for a plugin that is being built or deployed and doesn't take calls yet (D64). */
  buildingRetryAfterSeconds: 5,
  /** Versions that one request undeploys, in one D1 batch. The client repeats the request until none remain. */
  undeployAtOnce: 20,
  /** Plugins per sweep whose surplus versions are undeployed after a worker died (`keep_live_versions`). */
  limitedAtOnce: 10,
  /** Plugin instances that a message stops. Each takes up to four queries, plus its remaining log. */
  stoppedAtOnce: 50,
} as const;

/** When a new version is rolled back to the previously live one. */
export const crashRollback = {
  /** Crashes of the new version's processes in the first minute (`builderLimits.earlyMs`). */
  crashesMax: 3,
  /** How long after a promotion crashes are detected: the first minute, plus another one for the failing call. */
  noticeMs: 120 * seconds,
} as const;

/** Returns how long after a log write a step of this age may write again. */
export function stepLogPauseMs(sinceMs: number): number {
  const { everyMaxMs, everyMs, partOfStep } = deploymentLimits.stepLogWrite;
  return Math.min(everyMaxMs, Math.max(everyMs, sinceMs * partOfStep));
}

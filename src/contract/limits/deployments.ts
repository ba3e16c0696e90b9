// Defines the limits, waits and retries of deployments. Those of the instances that they start are in builder.ts.

const seconds = 1000;

export const deploymentLimits = {
  /** The lock of a version is a column, and D1 stores at most 2 MB in a row. A package takes 1 to 10 KB. */
  lockBytesMax: 1_500_000,
  /**
   * Deployments of one organization that are worked on at the same time; the others wait in the queue. Leaves workers to other
   * organizations when all of them hang: a queue runs 10 consumers locally and up to 250 on Cloudflare.
   */
  perOrganizationAtOnce: 4,
  /** For calls that were routed before an instance lost its last pointer (D9). Must exceed `nearestLimits.staleWhileRevalidateMs`. Unlike `drainMs`. */
  pointerDrainMs: 30 * seconds,
  /** Wait before the second attempt; it doubles up to the maximum. The queue's other messages use the same waits. */
  backoffFirstSeconds: 10,
  backoffMaxSeconds: 600,
  /** The log of a step: its newest lines, and their total size. */
  stepLogLines: 500,
  stepLogChars: 100_000,
  /**
   * A growing step log is written at most this often; a step that takes long writes it less often, after a part of the time that it has taken so
   * far. An invocation may ask the database 1,000 times, and takes up to 15 minutes.
   */
  stepLogWrite: { everyMs: 1 * seconds, partOfStep: 1 / 20, everyMaxMs: 10 * seconds },
  /** How long an install request waits for the result at most. Less than clients wait. */
  installWaitMs: 90 * seconds,
  installPollMs: 200,
  /** `Retry-After` for a plugin that is being built or deployed, and does not answer calls yet (D64). */
  buildingRetryAfterSeconds: 5,
  /** Versions that one request undeploys, in one batch of D1. The client repeats the request for the rest. */
  undeployAtOnce: 20,
  /** Plugins per sweep whose surplus versions are undeployed for a worker that died (`keep_live_versions`). */
  limitedAtOnce: 10,
  /** Instances of a plugin that a message stops. Each takes up to four queries, and what is left of its log. */
  stoppedAtOnce: 50,
} as const;

/** When a new version gives its plugin's name back to the one that served before. */
export const crashRollback = {
  /** Crashes of its processes in the first minute (`builderLimits.earlyMs`). */
  crashesMax: 3,
  /** How long after its promotion that is noticed: the minute, and another one for the call that fails. */
  noticeMs: 120 * seconds,
} as const;

/** How long after a write of its log a step that began so long ago may write it again. */
export function stepLogPauseMs(sinceMs: number): number {
  const { everyMaxMs, everyMs, partOfStep } = deploymentLimits.stepLogWrite;
  return Math.min(everyMaxMs, Math.max(everyMs, sinceMs * partOfStep));
}

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
  /** How many ended deployments are stopped at once for one that needs their GPUs. */
  freedAtOnce: 20,
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
  /** The comparison of schemas with Pydantic's: how long making them takes, their size, and what the log says of differing fields. */
  schemasMs: 10 * seconds,
  schemasChars: 512 * 1024,
  schemasFields: 20,
  schemasFieldChars: 80,
  /** Longest time that an install request waits for the result. Shorter than common client timeouts. */
  installWaitMs: 90 * seconds,
  /** `Retry-After` for a plugin that is being built or deployed and doesn't take calls yet (D64). */
  buildingRetryAfterSeconds: 5,
  /** Versions that one request undeploys, in one D1 batch. The client repeats the request until none remain. */
  undeployAtOnce: 20,
  /** Plugins per sweep whose surplus versions are undeployed after a worker died (`keep_live_versions`). */
  limitedAtOnce: 10,
  /** Plugin instances that a message stops. Each takes up to four queries, plus its remaining log. */
  stoppedAtOnce: 50,
} as const;

/** Changes of one request to quarantine content, or to lift it. The rest is left for the next one. */
export const quarantineLimits = {
  /** Each takes up to twenty queries, and more where it is live. */
  versionsAtOnce: 20,
  /** Each takes two queries. */
  artifactsAtOnce: 100,
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

/** Releases: their plans, the reports of isolates, and what is kept. */
export const releaseLimits = {
  stepsMax: 10,
  holdCallsMax: 1_000_000,
  durationMaxMs: 7 * 24 * 3_600_000,
  /** Calls of the candidate that a step needs before it can end. Fewer say too little. */
  callsMin: 20,
  /** Default gates. */
  p95Ratio: 1.5,
  answerShareMax: 0.01,
  tolerance: 1e-6,
  ignoredMax: 50,
  /** Highest probability that a release of equal versions is reverted, over all gates. */
  falseAlarms: 0.01,
  /** The first durations of a new instance don't count, because it is still warming up. */
  warmUpCalls: 20,
  /** An isolate reports after this many calls or this long, whichever is first. */
  reportCalls: 20,
  reportMs: 250,
  /** Least time between two reports of an isolate, so that many calls a second don't mean as many reports. */
  reportGapMs: 100,
  /** Releases whose calls an isolate counts at once. Calls of further ones follow their weight, but aren't measured. */
  countedMax: 100,
  /** Sticky callers that count on each side before their errors can revert a release. */
  stickyKeysMin: 20,
  /** Sticky callers that a release remembers. Further ones don't count. */
  stickyKeysMax: 2_000,
  /** Points of a release's curves. When they are full, each two neighbors become one. */
  seriesMax: 120,
  seriesStepMs: 5_000,
  /** Differing paths that are kept and shown. */
  pathsKept: 200,
  pathsShown: 10,
  /** Differing paths of one pair of answers. */
  differencesMax: 20,
  /** Characters of a differing path. Keys may be a caller's data, and long. */
  pathCharsMax: 200,
  /** Characters of a value in a sample. */
  sampleChars: 80,
  /** Answers that are longer, or have more values, aren't compared. */
  comparedCharsMax: 256 * 1024,
  comparedValuesMax: 5_000,
  /** Repeated calls that an isolate has in flight for one release. */
  shadowsAtOnce: 4,
  /** Releases that people and programs may start in one namespace, because each one leaves a row and events. */
  startsPerMinute: 60,
  startsMs: 60_000,
  /** Characters of the header `Slipway-Key`. */
  callerKeyCharsMax: 200,
  /** Characters of the reason that a person gives. */
  reasonCharsMax: 500,
  /** How often an unfinished release is looked at if no call reports. */
  lookEveryMs: 10_000,
  /** Retries while the database doesn't respond. */
  retryMs: 1_000,
  /** Ended releases that one sweep deletes. */
  deletedAtOnce: 200,
} as const;

// Defines the limits of counting calls, and of comparing their answers with the manifest.

/** Limits of counting (decision 62). */
export const traffic = {
  /**
   * How long an isolate counts before it writes. Less than the 30 s that a request's deferred work may take. What was counted is lost
   * if the isolate ends before.
   */
  writeAfterMs: 5_000,
  /** Rows of one batch, each for a version that was called. With more, an isolate writes at once. */
  rowsAtOnce: 50,
  /** Hours that a request reads at most, and by default. The console draws a day. */
  hoursMax: 168,
  hoursDefault: 24,
  /** Rows that a request reads: one per hour and version that was called in it. */
  rowsRead: 1000,
  /** Rows that one sweep deletes. */
  deletedAtOnce: 200,
} as const;

/** Comparing answers of calls with what the manifest declares (decision 69). */
export const outputChecks = {
  /** An isolate checks one answer of a deployment in this time: interpreting a schema takes processor time that calls wait for. */
  everyMs: 1_000,
  /** Answers with more values are not checked. */
  valuesMax: 5_000,
  /** Deployments whose last check an isolate remembers. */
  rememberedMax: 1_000,
} as const;

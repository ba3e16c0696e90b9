// Defines the limits of counting calls and of comparing their answers with the manifest, and of the checks and metrics that are for operators.

/** Limits of counting calls. Isolates count in memory, since a database row per call would cost more than the call. */
export const traffic = {
  /**
   * How long an isolate counts before it writes. Less than the 30 s that a request's deferred work may take. What was counted is lost
   * if the isolate ends before.
   */
  writeAfterMs: 5_000,
  /** How often deferred work tries to write while the database does not answer: with the waits, less than those 30 s. */
  writeTries: 4,
  /** Minutes of versions that were called, in one batch, which has a statement for each. With more, an isolate writes at once. */
  minutesAtOnce: 25,
  /** Minutes of versions that an isolate keeps while the database does not answer, about 500 KB. Beyond, it drops the oldest. */
  minutesKept: 1_000,
  /** Hours that a request reads at most, and by default. */
  hoursMax: { hour: 168, minute: 6 },
  hoursDefault: { hour: 24, minute: 1 },
  /** Counts that a request returns: one per hour or minute, and version that was called in it. Six hours of three versions. */
  countsMax: 1200,
  /** Rows that it reads: one per hour and version. With minutes, each has up to 60 counts and 3 KB: seven hours of 28 versions. */
  rowsRead: { hour: 1200, minute: 200 },
  /** Deployments, promotions and rollbacks that a request returns at most, the newest, each by itself. */
  marksRead: 100,
  /** Hours in the table of a namespace's plugins. The last one is the current hour. */
  tableHours: 24,
  /** Plugins of a namespace that the table is made of. They are sorted in memory. */
  pluginsRead: 1000,
  /** Rows of their hours that the table adds up: one per hour and version that was called. */
  tableRowsRead: 25_000,
  /** Rows that one sweep deletes: more than 200 versions that are called without a pause write until the next one. */
  deletedAtOnce: 500,
} as const;

/** Comparing answers of calls with what the manifest declares. */
export const outputChecks = {
  /** An isolate checks one answer of a deployment in this time: interpreting a schema takes processor time that calls wait for. */
  everyMs: 1_000,
  /** Longer answers, and those with more values, are not checked. */
  charsMax: 256 * 1024,
  valuesMax: 5_000,
  /** Deployments whose last check an isolate remembers. */
  rememberedMax: 1_000,
} as const;

export const readiness = {
  /** How long a part may take to answer. Shorter than probes wait by default; many times what the farthest primary takes. */
  partMs: 2_000,
  /** `Retry-After` of a check that failed. */
  retryAfterSeconds: 5,
} as const;

export const metrics = {
  /**
   * Plugins with series of their own; the calls of further ones are counted together. A plugin has twelve series, so that all of them are
   * about 3,000, and an answer 500 KB.
   */
  pluginsMax: 250,
  /** A plugin that got no call for this long leaves its place to another one. */
  idleMs: 24 * 3_600_000,
  /** Work that waits, and failures, are counted up to this number. */
  countedMax: 1_000,
  /** Webhooks whose deliveries are looked at for the oldest one that is due. */
  webhooksMax: 500,
  /** Messages that can never succeed are counted for this long. */
  deadLettersMs: 3_600_000,
} as const;

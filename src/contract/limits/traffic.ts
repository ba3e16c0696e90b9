// Defines the limits of counting calls and checking their output against the manifest, and of health checks and metrics for operators.

/** Limits for counting calls. Isolates count in memory, since a database row per call would cost more than the call. */
export const traffic = {
  /** Share of failed calls above which a version is failing. */
  errorShareMax: 0.05,
  /**
   * How long an isolate counts before it writes. Less than the 30 s that a request's deferred work may take. Counts are lost if the
   * isolate ends earlier.
   */
  writeAfterMs: 5_000,
  /**
   * How many times deferred work tries to write while the database doesn't respond. Including the waits, this takes less than those 30
   * s.
   */
  writeTries: 4,
  /** Minutes of called versions in one batch, with a statement each. With more, an isolate writes immediately. */
  minutesAtOnce: 25,
  /**
   * Minutes of called versions that an isolate keeps while the database doesn't respond, about 500 KB. Beyond that, it drops the
   * oldest.
   */
  minutesKept: 1_000,
  /** Hours per request, at most and by default. */
  hoursMax: { hour: 168, minute: 6 },
  hoursDefault: { hour: 24, minute: 1 },
  /** Counts per response: one per hour or minute and called version. Enough for six hours of three versions. */
  countsMax: 1200,
  /**
   * Rows that a request reads: one per hour and version. With minutes, each has up to 60 counts and 3 KB: seven hours of 28 versions.
   */
  rowsRead: { hour: 1200, minute: 200 },
  /** Maximum deployments, promotions and rollbacks per response, the newest of each. */
  marksRead: 100,
  /** Hours in a namespace's plugin table. The last one is the current hour. */
  tableHours: 24,
  /** Plugins per namespace in the table. They are sorted in memory. */
  pluginsRead: 1000,
  /** Hourly rows that the table sums up: one per hour and called version. */
  tableRowsRead: 25_000,
  /** Days of a plugin's use per request, at most and by default. */
  daysMax: 395,
  daysDefault: 90,
  /** Days in the sums and the trend of a namespace's plugin table. Callers are remembered one day longer, a bit for each. */
  useDays: 30,
  /** Callers that are counted per plugin, at most. */
  callersRead: 1000,
  /** Callers of plugins that an isolate knows to be written; with more, it forgets them all, and writes them once more. */
  callersKnown: 10_000,
  /** Callers, and plugins with downloads, in one batch. Further ones are written with the next. */
  callersAtOnce: 500,
  downloadsAtOnce: 25,
  /** Days that an hourly sweep counts again, so that counts that were written late are included. */
  daysRecounted: 3,
  /** Namespaces whose days one sweep counts, and old rows that it deletes there. */
  namespacesAtOnce: 50,
  daysDeletedAtOnce: 2_000,
  /** Rows that one sweep deletes, as many as 300,000 versions write that are called in each hour. */
  deletedAtOnce: 5_000,
} as const;

/** Checking call output against the manifest's declaration. */
export const outputChecks = {
  /** Interval at which an isolate checks one response per deployment: schema checks take CPU time that calls wait for. */
  everyMs: 1_000,
  /** Longer responses, and those with more values, are not checked. Nor are such inputs after a failed call. */
  charsMax: 256 * 1024,
  valuesMax: 5_000,
  /** Deployments whose last check an isolate remembers. */
  rememberedMax: 1_000,
} as const;

export const readiness = {
  /** How long a part may take to respond. Less than probes wait by default; many times the farthest primary's response time. */
  partMs: 2_000,
  /** How long all builders together may take, each of which has `partMs`. */
  buildersMs: 2_500,
  /** `Retry-After` of a failed check. */
  retryAfterSeconds: 5,
} as const;

export const metrics = {
  /**
   * Plugins with their own series; calls of further ones are counted together. A plugin has twelve series, and three more with batches,
   * which makes at most 4,000 in total, and a response of 650 KB.
   */
  pluginsMax: 250,
  /** A plugin without calls for this long gives up its series to another one. */
  idleMs: 24 * 3_600_000,
  /** Waiting work and failures are counted up to this number. */
  countedMax: 1_000,
  /** D1's largest database, of a paid plan. Cloudflare counts in decimal units. */
  databaseBytesMax: 10e9,
  /** How long messages that can never succeed are counted. */
  deadLettersMs: 3_600_000,
} as const;

// Defines when instances' logs are collected, and the length of a line. Other sizes are in builder.ts, and how long they are kept in
// retention.ts.

const seconds = 1000;

/** Cron trigger in wrangler.toml that collects logs, apart from that of the sweep, and its maximum run time. */
export const logsCron = '*/1 * * * *';

export const logsCronMs = 60 * seconds;

/** Limits of one request for the logs of a namespace: 40 builders and listings and 800 chunks, of the 1,000 requests that a request may make. */
export const namespaceLogs = {
  /** Deployments, those that serve first, then those that were stopped last. */
  deploymentsMax: 40,
  /** Stored chunks of each. */
  chunksOfDeployment: 20,
  /** Lines of a page, and by default. */
  linesMax: 1000,
  linesDefault: 200,
} as const;

/** A request that takes this long has a line in the Worker's log, however few of the others do. */
export const requestLog = { slowMs: 1 * seconds } as const;

/** Characters of one line, wherever it was printed. Longer lines are truncated. */
export const logLineChars = 4096;

// Defines how many logs a request may read, and the length of a line. Other sizes are in builder.ts, and how long they are kept in
// retention.ts.

const seconds = 1000;

/** Limits of one request for the logs of a namespace: 40 builders and listings and 800 chunks, of the 1,000 requests that a request may make. */
export const namespaceLogs = {
  /** Deployments, those that serve first, then those that were stopped last. */
  deploymentsMax: 40,
  /** Stored chunks of each. */
  chunksOfDeployment: 20,
  /** Lines of a page, and by default. */
  linesMax: 1000,
  linesDefault: 200,
  /** Lines of one millisecond that earlier pages had, and that a request reads again. */
  seenMax: 5000,
} as const;

/** A request that takes this long has a line in the Worker's log, however few of the others do. */
export const requestLog = { slowMs: 1 * seconds } as const;

/** Characters of one line, wherever it was printed. Longer lines are truncated. */
export const logLineChars = 4096;

/** Storing the logs of a builder. Each chunk is a request of the Worker, which may make a limited number of them. */
export const logCollection = {
  /** Chunks that one invocation stores, and a sweep. */
  invocationChunks: 500,
  sweepChunks: 200,
  /** Time between two requests to the builder, of two queries each: chunks that come one by one are stored some at a time. */
  pauseMs: 250,
} as const;

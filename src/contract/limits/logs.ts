// Defines how many logs a request may read, and a line's length. Other sizes are in builder.ts; retention.ts defines how long logs are
// kept.

const seconds = 1000;

/** Limits of one request for a namespace's logs: 40 builders and listings and 800 chunks, out of the 1,000 requests it may make. */
export const namespaceLogs = {
  /** Deployments: live ones first, then the most recently stopped. */
  deploymentsMax: 40,
  /** Stored chunks per deployment. */
  chunksOfDeployment: 20,
  /** Lines per page, and the default. */
  linesMax: 1000,
  linesDefault: 200,
  /** Lines of the cursor's millisecond that a request may read again and skip, because earlier pages contained them. */
  seenMax: 5000,
} as const;

/** Concurrent reads of logs in an isolate, and one organization's; organizations take turns. Each read parses megabytes. */
export const logReads = { size: 2, perOwner: 1, heldMs: 15 * seconds } as const;

/** Slower requests always get a line in the Worker's log, regardless of sampling. */
export const requestLog = { slowMs: 1 * seconds } as const;

/** Characters of one line, wherever it was printed. Longer lines are truncated. */
export const logLineChars = 4096;

/** Storing a builder's logs. Each chunk takes a Worker request, and the number of requests is limited. */
export const logCollection = {
  /** Chunks stored per invocation, and per sweep. */
  invocationChunks: 500,
  sweepChunks: 200,
  /** Interval between requests to the builder, of two queries each, so chunks that arrive one by one are stored in groups. */
  pauseMs: 250,
} as const;

// Defines every limit, time and retry of webhooks. Their leases are in leases.ts.

const KiB = 1024;
const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const days = 24 * hours;

export const webhooks = {
  /** One attempt. */
  timeoutMs: 15 * seconds,
  /** Waits after the first attempt, the second one, and so on: nine attempts within two days. Each is lengthened by up to a tenth. */
  retryWaitsMs: [5 * seconds, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours, 10 * hours, 14 * hours, 14 * hours],
  /** The longest `Retry-After` that is respected. */
  retryAfterMaxMs: 1 * hours,
  /** An endpoint is disabled when nothing but failures came from it for this long: more than twice as long as all retries take. */
  failingMaxMs: 5 * days,
  /** After this long without an attempt that failed, the count of those days starts again. */
  failureGapMs: 1 * days,
  /** Waits up to this long also get a delayed message; longer waits are left to the sweep. */
  wakeMaxMs: 10 * minutes,
  /**
   * Concurrent requests of one worker. Only six connections of an invocation may wait for headers at a time: two are left for the database
   * and the store, so that receivers that hang hold up neither the lease's renewal nor the outcomes.
   */
  concurrency: 4,
  /** Deliveries that a worker claims at once. It stores their outcomes together: if it dies, as many events may be sent again. */
  claimedMax: 24,
  /** Events and endpoints of a round, and rounds of a message. A round is up to 104 statements, of the 1,000 that an invocation may have. */
  fanOut: { endpointsMax: 50, eventsMax: 1000, roundsMax: 4 },
  /** How many of the newest deliveries `GET /v1/webhooks/{id}` counts, and a page of a list by type or status looks at. */
  searchedMax: 500,
  /** Workers that send to one endpoint side by side, each with a lease of its own (D44). */
  lanes: 3,
  /** How often a worker looks for due deliveries while the receiver answers none of its requests. */
  lookEveryMs: 1 * seconds,
  /** Work on one queue message; another message continues. Requests in progress are waited for. */
  sliceMs: 30 * seconds,
  /**
   * Requests of one message, and up to a claim more; another message continues. Each is a subrequest of 10,000, and a statement of a batch: an
   * invocation may have 1,000, whichever way they are counted.
   */
  sliceRequests: 300,
  /**
   * An attempt that times out adds `weight` to the endpoint's score, and a response takes one away. So the score rises where more than
   * one of `weight` attempts hangs. At `from` the time limit becomes `timeoutMs`, until the score is 0.
   */
  hanging: { weight: 40, from: 200, max: 400, timeoutMs: 5 * seconds },
  /** Attempts of a delivery that are kept, the newest. Each redelivery adds up to nine, of about 1 KB. */
  attemptsKept: 50,
  /** How far back deliveries can be redelivered. */
  recoverableMs: 14 * days,
  /** How much of a response is read, and how much of it is stored. */
  responseBytes: 64 * KiB,
  excerptBytes: 1 * KiB,
} as const;

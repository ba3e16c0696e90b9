// Defines every limit, timeout and retry of webhooks. Their leases are in leases.ts.

const KiB = 1024;
const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;
const days = 24 * hours;

export const webhooks = {
  /** One attempt. */
  timeoutMs: 15 * seconds,
  /** Waits after the first attempt, the second, and so on: nine attempts within two days. Each is extended by up to a tenth. */
  retryWaitsMs: [5 * seconds, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours, 10 * hours, 14 * hours, 14 * hours],
  /** The longest `Retry-After` that Slipway honors. */
  retryAfterMaxMs: 1 * hours,
  /** An endpoint is disabled after nothing but failures for this long: more than twice the duration of all retries. */
  failingMaxMs: 5 * days,
  /** After this long without a failed attempt, that period starts over. */
  failureGapMs: 1 * days,
  /** Waits up to this long also get a delayed message; the sweep handles longer ones. */
  wakeMaxMs: 10 * minutes,
  /**
   * Concurrent requests per worker. Only six connections of an invocation may wait for headers at a time. Two are left for the database
   * and the store, so hanging receivers delay neither lease renewal nor outcomes.
   */
  concurrency: 4,
  /**
   * Deliveries that a worker claims together. It stores their outcomes together: if it dies, up to this many events may be sent again.
   */
  claimedMax: 24,
  /** Events and endpoints per round, and rounds per message. A round takes up to 104 of an invocation's 1,000 statements. */
  fanOut: { endpointsMax: 50, eventsMax: 1000, roundsMax: 4 },
  /** Number of newest deliveries that `GET /v1/webhooks/{id}` counts, and that a filtered list page searches. */
  searchedMax: 500,
  /** Workers that send to one endpoint in parallel, each with its own lease (D44). */
  lanes: 3,
  /**
   * Lanes of one organization's endpoints with a worker at the same time, of the 20 workers in wrangler.toml; the other lanes take
   * turns. So receivers that never respond leave workers to other organizations.
   */
  lanesPerOrganization: 6,
  /** How often a worker looks for due deliveries while the receiver responds to none of its requests. */
  lookEveryMs: 1 * seconds,
  /** Time per queue message; another message continues. Requests in progress are awaited. */
  sliceMs: 30 * seconds,
  /**
   * Requests per message, plus up to one claim; another message continues. Each takes one of an invocation's 10,000 subrequests and one
   * batch statement. An invocation may have 1,000 statements, however they are counted.
   */
  sliceRequests: 300,
  /**
   * A timed-out attempt adds `weight` to the endpoint's score; a response subtracts one. So the score rises if more than one in
   * `weight` attempts hangs. At `from`, the time limit becomes `timeoutMs`, until the score is 0.
   */
  hanging: { weight: 40, from: 200, max: 400, timeoutMs: 5 * seconds },
  /** Newest attempts kept per delivery. Each redelivery adds up to nine, of about 1 KB each. */
  attemptsKept: 50,
  /** How far back deliveries can be repeated. */
  recoverableMs: 14 * days,
  /** How much of a response is read, and how much is stored. */
  responseBytes: 64 * KiB,
  excerptBytes: 1 * KiB,
} as const;

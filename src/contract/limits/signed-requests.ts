// Defines the limits, timeouts and retries of signed requests to receivers outside: deliveries of webhooks, and callbacks.

const KiB = 1024;
const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

export const signedRequests = {
  /** One attempt. */
  timeoutMs: 15 * seconds,
  /** Waits after the first attempt, the second, and so on: nine attempts within two days. Each is extended by up to a tenth. */
  retryWaitsMs: [5 * seconds, 5 * minutes, 30 * minutes, 2 * hours, 5 * hours, 10 * hours, 14 * hours, 14 * hours],
  /** The longest `Retry-After` that Slipway honors. */
  retryAfterMaxMs: 1 * hours,
  /** Waits up to this long also get a delayed message; the sweep handles longer ones. */
  wakeMaxMs: 10 * minutes,
  /**
   * Concurrent requests per worker. Only six connections of an invocation may wait for headers at a time. Two are left for the database
   * and the store, so hanging receivers delay neither lease renewal nor outcomes.
   */
  concurrency: 4,
  /** Workers that send to one receiver in parallel, each with its own lease (D44). */
  workers: 3,
  /** How often a worker looks for due requests while the receiver responds to none of its requests. */
  lookEveryMs: 1 * seconds,
  /** Time per queue message; another message continues. Requests in progress are awaited. */
  sliceMs: 30 * seconds,
  /** How much of a response is read, and how much is stored. */
  responseBytes: 64 * KiB,
  excerptBytes: 1 * KiB,
} as const;

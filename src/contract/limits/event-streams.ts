// Defines the times of server-sent events (heartbeats, the end of a stream, reading), and the shares of the streams in an isolate.

const seconds = 1000;
const minutes = 60 * seconds;

/** Following something through server-sent events. */
export const following = {
  /** After this time the stream ends and the client reconnects from its last position. */
  streamMs: 5 * minutes,
  /** Interval of comments that keep an idle connection open. */
  heartbeatMs: 15 * seconds,
  /** How long a client waits before it reconnects. */
  reconnectMs: 1 * seconds,
  /** How long a command continues without an answer: a server restarts, or is upgraded, within that. */
  outageMaxMs: 2 * minutes,
  /** Interval of reading a deployment or run: the minimum while it changes, rising to the maximum while it doesn't. */
  pollMinMs: 250,
  pollMaxMs: 2 * seconds,
  /** The same for a release, whose counts change with each call. */
  releaseMinMs: 1 * seconds,
  releaseMaxMs: 4 * seconds,
  /** Reads that one stream makes for all followers, out of an invocation's 1,000 queries. It then ends, and another one reads. */
  readsMax: 300,
  /** Interval of requests for new log lines, and their number before the route is looked up again. */
  logPollMs: 1 * seconds,
  logPollsPerLookup: 5,
} as const;

/** Pace of requests that wait for the outcome of a change, such as a confirm or an install. */
export const waitShares = {
  lookMs: 200,
  /** Pause between an organization's looks, so that it makes at most 20 a second in an isolate, however many of its requests wait. */
  lookEveryMs: 50,
} as const;

/** Shares of an isolate's streams in its thread and its database. */
export const streamShares = {
  /** Streams of one key. The console has one per page, and a CI job one per deployment. */
  perKey: 32,
  /** Streams of one organization: two busy keys. */
  perOrganization: 64,
  /** Pause between an organization's reads, so that it makes at most 20 a second whatever its streams follow. */
  readEveryMs: 50,
  /** A read whose request was aborted loses its turn after this time. */
  turnMs: 5 * seconds,
  /** How often a stream looks for news that another stream has read. */
  lookMs: 100,
  /** A waiting stream wakes at least this often, to see whether it has to end. */
  wakeMs: 1 * seconds,
  /** Interval of signs of life, and the time without one after which an aborted request's stream no longer counts. */
  aliveMs: 2 * seconds,
  lapseMs: 10 * seconds,
  /** When a refused client may try again. */
  retryAfterSeconds: 5,
  /** Interval of reading whether the callers may still follow: one read for all streams, and the minimum after a new one. */
  checkMs: 4 * seconds,
  checkMinMs: 1 * seconds,
  /** A stream whose caller's right couldn't be confirmed for this time ends. */
  unconfirmedMaxMs: 10 * seconds,
} as const;

// Defines the times of server-sent events: heartbeats, the end of a stream, and how often it looks for news.

const seconds = 1000;
const minutes = 60 * seconds;

/** Following a deployment or a log by server-sent events. */
export const following = {
  /** After this time the stream ends and the client reconnects from its last position. */
  streamMs: 5 * minutes,
  /** Interval of comments that keep an idle connection open. */
  heartbeatMs: 15 * seconds,
  /** How long a client waits before it reconnects. */
  reconnectMs: 1 * seconds,
  /** Interval of queries for a deployment's changes: the first while it changes, up to the second while it does not. */
  pollMinMs: 250,
  pollMaxMs: 2 * seconds,
  /** Queries of a stream, of the 1,000 that an invocation may have. One of a deployment that changes all the time ends sooner. */
  pollsMax: 450,
  /** Interval of requests for new log lines, and how many of them before the route is looked up again. */
  logPollMs: 1 * seconds,
  logPollsPerLookup: 5,
} as const;

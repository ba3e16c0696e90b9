// Defines the times of server-sent events: heartbeats, the end of a stream, and polling.

const seconds = 1000;
const minutes = 60 * seconds;

/** Following a deployment or a log through server-sent events. */
export const following = {
  /** After this time the stream ends and the client reconnects from its last position. */
  streamMs: 5 * minutes,
  /** Interval of comments that keep an idle connection open. */
  heartbeatMs: 15 * seconds,
  /** How long a client waits before it reconnects. */
  reconnectMs: 1 * seconds,
  /** Polling interval for a deployment's changes: the minimum while it changes, rising to the maximum while it doesn't. */
  pollMinMs: 250,
  pollMaxMs: 2 * seconds,
  /** Queries per stream, out of an invocation's 1,000. The stream of a constantly changing deployment ends sooner. */
  pollsMax: 450,
  /** Interval of requests for new log lines, and their number before the route is looked up again. */
  logPollMs: 1 * seconds,
  logPollsPerLookup: 5,
} as const;

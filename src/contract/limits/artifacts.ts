// Defines the times and retries of fetching agent plugins' artifacts, and of their copies.
import { uploadBytesMax } from './archives.ts';

const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Fetching the artifact of an agent plugin. */
export const artifactFetch = {
  bytesMax: uploadBytesMax,
  /** Times without a byte, and in all. `leases.artifact` must outlast the whole fetch. */
  stallMs: 15 * seconds,
  totalMs: 180 * seconds,
  redirectsMax: 5,
  /** How long a request waits for the result. */
  inlineMs: 25 * seconds,
  pollMs: 500,
  /** Waits after the first failed attempt, the second one, and so on. Then only a request verifies it again. */
  retryWaitsMs: [1 * minutes, 10 * minutes, 1 * hours, 6 * hours, 24 * hours],
  /** When a registration verifies in the request, the queue follows this much later, in case the request was cut off. */
  queueDelaySeconds: 30,
  /** A plugin whose artifact was requested within this time is in use: yanking it needs `force`. */
  inUseMs: 24 * hours,
  /** Requests are recorded at most this often for each plugin. */
  recordEveryMs: 1 * hours,
  /** Validity of the URL of a copy. */
  urlSeconds: 3600,
} as const;

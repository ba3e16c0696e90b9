// Defines the limits of agent plugins: bodies of requests, and timeouts and retries for fetching artifacts, and for their copies.
import { uploadBytesMax } from '../../limits/archives.ts';

const KiB = 1024;
const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** JSON bodies by route, and the `config_schema` in a registration. */
export const agentBodies = {
  pluginBytes: 256 * KiB,
  configBytes: 16 * KiB,
  configSchemaBytes: 64 * KiB,
} as const;

/**
 * The lease of an artifact's verification: `artifactFetch.totalMs` plus a minute to store the result. It is never renewed, as it outlasts a
 * fetch. If it is lost, the artifact is fetched again, and the loser's result is discarded.
 */
export const artifactLease = { leaseMs: 4 * minutes, attemptsMax: 8 } as const;

/** Fetching an agent plugin's artifact. */
export const artifactFetch = {
  bytesMax: uploadBytesMax,
  /** Maximum time without a byte, and in total. `artifactLease` must outlast the whole fetch. */
  stallMs: 15 * seconds,
  totalMs: 180 * seconds,
  /**
   * Concurrent fetches per organization in the queue, of 5 workers in wrangler.toml; others wait, so that a server that sends slowly
   * leaves workers to other organizations. Fetches within a request count, but don't wait.
   */
  perOrganizationAtOnce: 2,
  /** How long a request waits for the result. */
  inlineMs: 25 * seconds,
  pollMs: 500,
  /** Waits after the first failed attempt, the second, and so on. After the last one, only a request triggers another verification. */
  retryWaitsMs: [1 * minutes, 10 * minutes, 1 * hours, 6 * hours, 24 * hours],
  /** A registration that verifies within its request also queues a message with this delay, in case the request is cut off. */
  queueDelaySeconds: 30,
  /** A plugin whose artifact was requested this recently is in use: yanking it needs `force`. */
  inUseMs: 24 * hours,
  /** Requests per plugin are recorded at most this often. */
  recordEveryMs: 1 * hours,
  /** Validity of a copy's URL. */
  urlSeconds: 3600,
} as const;

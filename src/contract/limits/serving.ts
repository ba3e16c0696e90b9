// Defines what an isolate caches for calls, and how old the cache and the replica behind it may be (decision 90). Also how long later
// calls wait and how often they are retried (decision 98), and how the number of instances follows the calls. Limits of the calls
// themselves are in builder.ts.
import { signedRequests } from './signed-requests.ts';

const seconds = 1000;
const minutes = 60 * seconds;

export const serving = {
  routeCacheSize: 10_000,
  /** `Retry-After` when a plugin has reached its limit of calls in progress. */
  busyRetryAfterSeconds: 1,
  /** How long a call waits for a starting instance, by default and at most. Half of all container starts take 2 s, some take 47. */
  startWaitMs: 30 * seconds,
  startWaitMaxMs: 120 * seconds,
  /** `Retry-After` if the instance isn't ready by then. */
  startingRetryAfterSeconds: 5,
  /** `Retry-After` when a call was lost because the builder failed or its process was killed. */
  interruptedRetryAfterSeconds: 5,
} as const;

export const nearestLimits = {
  /**
   * How long a cached route or key may be used after its state was current. Revoking, disabling or deleting therefore takes effect
   * everywhere within this time. Shorter than `deploymentLimits.pointerDrainMs`.
   */
  staleWhileRevalidateMs: 10 * seconds,
  /** Age from which an entry is refreshed in the background of the call that uses it. */
  freshMs: 1 * seconds,
  /** How long an entry may be used if the database does not respond. */
  staleIfErrorMs: 60 * seconds,
  /** How long to wait for the database if there is a cached entry. */
  databaseWaitMs: 1 * seconds,
  /** How long a call without a cache entry waits for the database. Many times the farthest primary's response time. */
  databaseWaitColdMs: 10 * seconds,
  /** Minimum interval between database queries after a failed attempt. */
  retryMs: 1 * seconds,
  /** Time after a failed attempt at which the database counts as lost: `retryMs` plus `databaseWaitMs` of the next attempt. */
  lostMs: 2 * seconds,
  /** Heartbeat interval. */
  beatMs: 5 * seconds,
  /** Replicas with an older heartbeat are not used. */
  replicaAgeMs: 10 * seconds,
  /** `Retry-After` while the database does not respond. */
  retryAfterSeconds: 5,
} as const;

export const laterCalls = {
  /** How long a call waits in the queue, by default and at most. */
  expiresInMs: 60 * minutes,
  expiresInMaxMs: 24 * 60 * minutes,
  /** A call whose body isn't stored within this time was never accepted. Storing takes a small fraction of it. */
  acceptedWithinMs: 5 * minutes,
  /** Maximum runs of a call whose process or machine died. After the last run, the call fails with the cause. */
  runsMax: 4,
  /** Delay before the next run if there was no process, capacity or builder. */
  retryMs: 5 * seconds,
  /**
   * How long a consumer starts further calls. Even with the longest call, it then finishes before the platform ends it after 15
   * minutes.
   */
  beginsMs: 60 * seconds,
  /** Most messages that an isolate sends together for new calls. A consumer that finds another due call wakes the next one. */
  wokenAtOnce: 3,
  /**
   * Calls that one message runs, and results that one sends to callbacks; another message continues. Each takes up to ten of the 1,000
   * statements that an invocation may have, and long calls take some more.
   */
  callsOfMessage: 30,
  callbacksOfMessage: 40,
  /** The longest that a request waits for a call to end, and how often it checks. */
  waitMaxMs: 60 * seconds,
  waitPollMs: 250,
  /** Concurrent callback requests per organization: as many as for one receiver. */
  callbacksAtOnce: signedRequests.workers * signedRequests.concurrency,
  /**
   * Workers that send an organization's callbacks, of the 20 that also send webhooks and commit statuses. Otherwise each callback that
   * never responds could hold one.
   */
  callbackWorkers: signedRequests.workers,
  /** Up to this size, a body or result is stored in the call's row: one write instead of three. */
  rowBytes: 2 * 1024,
  /** Bodies up to this size stay until their call is deleted: releasing them earlier would cost more than it frees. */
  keptBodyBytes: 64 * 1024,
  /** Size of a callback body. A larger result is left out; it is available at the call's URL. */
  callbackBytes: 256 * 1024,
  /** Rows per kind that a sweep changes or deletes. */
  endedAtOnce: 200,
} as const;

/** How many instances a deployment may have, and how fast their number follows the calls. */
export const fleetLimits = {
  /** Instances per deployment. */
  instancesMax: 16,
  /** Calls in flight per instance above which another one starts, unless the manifest sets it. */
  targetInFlight: 16,
  /** Time over which the calls in flight are averaged. */
  measuredMs: 1 * seconds,
  /** Age at which a measurement says nothing about current calls, so a new one starts. */
  staleMs: 5 * seconds,
  /** Instances checked this recently are not queried again. */
  freshMs: 250,
  /**
   * How often an isolate checks a deployment's instances while it has calls for it, and how often at most in the background of one
   * call.
   */
  lookEveryMs: 1 * seconds,
  looksBehindCall: 10,
  /** Time until an isolate retries a failed instance start. */
  startAgainMs: 10 * seconds,
  /** Deployments whose instances an isolate or builder caches. */
  remembered: 1000,
  /** Deployments that one sweep keeps awake. Each is checked once a minute, and sleeps only after several minutes. */
  keptAwakeAtOnce: 200,
  /** Instances that one sweep starts. Each takes up to twenty of an invocation's 1,000 statements; the next sweep starts others. */
  wokenAtOnce: 20,
} as const;

/** How an isolate and the limit's object share it. */
export const limitSharing = {
  /** A share of the calls per minute is at most one in this many, among all isolates together. So little is lost at the minute's end. */
  partsOfMinute: 40,
  /** And at most one in this many of what is left, so that no isolate holds what another needs. */
  partsOfRest: 8,
  /** An isolate keeps one in this many of the calls at once for its next calls. */
  partsAtOnce: 40,
  /** An isolate that was silent for this long no longer holds calls at once. It repeats what it holds more often. */
  heldMs: 30 * seconds,
  repeatEveryMs: 10 * seconds,
  /** An object that counted nothing for this long deletes what it stores. */
  forgetMs: 10 * minutes,
  /** How long an isolate waits for the object. Without an answer, the call goes ahead. */
  answerMs: 2 * seconds,
  /** Limits that an isolate keeps shares of. */
  remembered: 10_000,
} as const;

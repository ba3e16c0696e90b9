// Defines what an isolate remembers for calls, and how old that and the replica that it is read from may be (decision 90); how long
// later calls wait, and how often they are tried (decision 98); and how the number of instances follows the calls. Limits of
// the calls themselves are in builder.ts.

import { webhooks } from './webhooks.ts';

const seconds = 1000;
const minutes = 60 * seconds;

export const serving = {
  routeCacheSize: 10_000,
  /** `Retry-After` when a plugin has as many calls in progress as it may. */
  busyRetryAfterSeconds: 1,
  /** How long a call waits for an instance that starts, unless its caller says otherwise, and at most. Half of the starts of containers take 2 s, some 47. */
  startWaitMs: 30 * seconds,
  startWaitMaxMs: 120 * seconds,
  /** `Retry-After` when it was not ready by then. */
  startingRetryAfterSeconds: 5,
} as const;

export const nearestLimits = {
  /**
   * A route or key is used for this long after the state that it shows. What is revoked, disabled or deleted therefore ends within this
   * time everywhere. Shorter than `deploymentLimits.pointerDrainMs`.
   */
  staleWhileRevalidateMs: 10 * seconds,
  /** Age from which on it is read again, behind the call that uses it. */
  freshMs: 1 * seconds,
  /** It is used for this long if the database does not answer. */
  staleIfErrorMs: 60 * seconds,
  /** A database that does not answer within this time is not waited for, if there is something to use. */
  databaseWaitMs: 1 * seconds,
  /** A call without a cached entry waits so long for it. Many times what the farthest primary takes. */
  databaseWaitColdMs: 10 * seconds,
  /** After a failed attempt, the database is asked again at most this often. */
  retryMs: 1 * seconds,
  /** So long after a failed attempt the database counts as lost: `retryMs`, and `databaseWaitMs` of the next attempt. */
  lostMs: 2 * seconds,
  /** How often the heartbeat is written. */
  beatMs: 5 * seconds,
  /** A replica whose heartbeat is older is not used. */
  replicaAgeMs: 10 * seconds,
  /** `Retry-After` while the database does not answer. */
  retryAfterSeconds: 5,
} as const;

export const laterCalls = {
  /** How long a call waits for its turn, unless it says otherwise, and at most. */
  expiresInMs: 60 * minutes,
  expiresInMaxMs: 24 * 60 * minutes,
  /** A call whose body is not stored within this time was never accepted. Many times what storing takes. */
  acceptedWithinMs: 5 * minutes,
  /** Runs of a call whose process or machine died. After the last, the call fails with what happened. */
  runsMax: 4,
  /** Delay of the next run after one that found no process, no room, or no builder. */
  retryMs: 5 * seconds,
  /** A consumer begins another call until then. With the longest call it ends before the platform ends it, after 15 minutes. */
  beginsMs: 60 * seconds,
  /**
   * Calls that one message runs, and results that one sends to callbacks; another message continues. Each takes up to ten statements of the 1,000
   * that an invocation may have, and a call that lasts some more.
   */
  callsOfMessage: 30,
  callbacksOfMessage: 40,
  /** The longest that a request waits for the end of a call, and how often it looks. */
  waitMaxMs: 60 * seconds,
  waitPollMs: 250,
  /** Results that are sent to the callbacks of one organization at a time: as many as events to one webhook. */
  callbacksAtOnce: webhooks.lanes * webhooks.concurrency,
  /** Up to this size, a body or an answer is in the row of its call: one write in place of three. */
  rowBytes: 2 * 1024,
  /** A body up to this size stays until its call is deleted: releasing it at the end would cost more than it frees. */
  keptBodyBytes: 64 * 1024,
  /** The body that is sent to a callback. A larger answer is left out: it is at the address of the call. */
  callbackBytes: 256 * 1024,
  /** Rows of one kind that a sweep changes or deletes. */
  endedAtOnce: 200,
} as const;

/** How many instances a deployment may have, and how fast their number follows its calls. */
export const fleetLimits = {
  /** Instances of one deployment. */
  instancesMax: 16,
  /** Calls in flight for each of them that start another one, unless its manifest says how many. */
  targetInFlight: 16,
  /** Time over which the calls in flight are averaged. */
  measuredMs: 1 * seconds,
  /** A measurement that is this old says nothing of the calls of now: the next one begins. */
  staleMs: 5 * seconds,
  /** Instances that were looked at so recently are not asked again. */
  freshMs: 250,
  /** How often an isolate looks at the instances of a deployment while it has calls for it, and how often at most behind one call. */
  lookEveryMs: 1 * seconds,
  looksBehindCall: 10,
  /** An isolate starts an instance that failed to start again after this time. */
  startAgainMs: 10 * seconds,
  /** Deployments whose instances an isolate, or a builder, remembers. */
  remembered: 1000,
  /** Deployments that one sweep keeps awake. Each is looked at once a minute, and sleeps after several. */
  keptAwakeAtOnce: 200,
  /** Instances that one sweep starts. Each takes up to twenty statements of the 1,000 that an invocation may have; the next sweep starts others. */
  wokenAtOnce: 20,
} as const;

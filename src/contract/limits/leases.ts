// Defines the leases on rows that one worker at a time may change, and when sweeps pick up lost work.

const seconds = 1000;

/**
 * Leases on rows that one worker at a time may change (db/lease.ts). Each claim counts as a try before the work begins. After
 * `attemptsMax` claims, a row is assumed to crash every worker, and is set aside (events/set-aside.ts).
 *
 * How each lease is renewed, and what happens if it is lost:
 * - upload: by a timer and between files; another worker evaluates it again, and the loser's result is discarded
 * - deployment: by a timer; the current step ends, and the next claim resumes at that step
 * - rescan: between reads and files; both workers store the same verdict, and the loser postpones nothing
 * - webhook lane: with each check for due deliveries; undelivered events are sent again under the same `webhook-id`
 * - splitting of a run's input: with each piece of input; another worker continues after the last stored chunks
 * - chunk of a run: by a timer; another worker processes its rows again, and the loser's result is removed
 * - later call: by a timer; another worker runs it again, and the loser's result is discarded
 * - callback of a later call: never, as it outlasts an attempt; the result is sent again under the same `webhook-id`
 * - idempotency key: never; a repeated request runs, and the loser's response is not stored
 */
export const leases = {
  /**
   * A repeated confirm takes over from a dead worker after at most this long, while its client waits. Four renewals may fail before
   * the lease is lost. `analysesMax`: an analyzer that crashes so often crashes every time, and each attempt may take minutes.
   */
  upload: { leaseMs: 20 * seconds, renewEveryMs: 5 * seconds, attemptsMax: 8, analysesMax: 3 },
  /** As for an upload: a client waits for the deployment. */
  deployment: { leaseMs: 20 * seconds, renewEveryMs: 5 * seconds, attemptsMax: 8 },
  /** Also the first wait after a failure. Waits double, so eight attempts take two hours. */
  rescan: { leaseMs: 60 * seconds, renewEveryMs: 20 * seconds, attemptsMax: 8 },
  /** Renewed at least every `signedRequests.lookEveryMs`, even while the receiver hangs. */
  webhook: { leaseMs: 15 * seconds },
  /**
   * A chunk waits this long after its worker died. Two renewals may fail before the lease is lost. How many attempts chunks and splits
   * have: `runLimits`.
   */
  run: { leaseMs: 30 * seconds, renewEveryMs: 10 * seconds },
  /** A call runs again this long after its worker died. */
  laterCall: { leaseMs: 20 * seconds, renewEveryMs: 5 * seconds },
  /** `signedRequests.timeoutMs`, plus the same time to store the outcome. */
  callback: { leaseMs: 30 * seconds },
  /** A request that died blocks its key for this long. */
  idempotencyKey: { leaseMs: 30 * seconds },
} as const;

/** Work that made its process hang this often is set aside. */
export const hangsMax = 3;
/** How long work that was in progress at a hang waits for the one before it. As long as an invocation of a queue. */
export const suspectWaitMs = 15 * 60 * seconds;

/**
 * Sweeps pick up work whose queue message was lost. Work touched more recently than this may still have its message in transit. Cron
 * runs the sweep every minute (wrangler.toml), `npm start` every 10 s.
 */
export const sweepGraceMs = 15 * seconds;

/**
 * Cron triggers in wrangler.toml. Each fires every minute for one handler in src/worker.ts, which distinguishes them by text. They are
 * separate because an invocation may have only six waiting connections.
 */
export const crons = { sweep: '* * * * *', logs: '*/1 * * * *', heartbeat: '0-59 * * * *' } as const;

/** How long waiting handlers run: until their next trigger. */
export const cronMs = 60_000;

/**
 * How much a sweep does at a time, and how often it lists the store. An invocation may query D1 a thousand times. With a thousand due
 * rows of each kind, all steps together make fewer round trips to D1, the store, the queues and builders. The remaining rows stay due.
 */
export const sweepLimits = {
  /** Messages that a step sends in one request: a queue's maximum. */
  messagesAtOnce: 100,
  messagesOfSend: 100,
  /** Queue requests that may fail before a step leaves its messages to the next sweep. Enough to find one bad message in a hundred. */
  failedSends: 10,
  /** Rows that a step changes one by one: with one round trip each, with up to three, and with more. */
  changedByOne: 30,
  changedByFew: 20,
  changedByMany: 10,
  /** Number of due rows to pick from. */
  pickedFrom: 200,
  /** Concurrent steps. An invocation may have six waiting connections; one is left for what the steps send. */
  stepsAtOnce: 5,
  /** After this long, a sweep no longer waits for a step. */
  stepMs: 5 * 60 * seconds,
  /** Sweeps this far apart begin with different steps. */
  beginsElsewhereMs: 10 * seconds,
  /**
   * For this long after a folder's newest upload was requested, every sweep lists the folder; otherwise it is listed once an hour. The
   * upload's URL is valid for the same time.
   */
  uploadsListedMs: 24 * 3_600_000,
} as const;

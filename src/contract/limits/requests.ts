// Defines the limits of API requests: bodies, rates, pages and idempotency keys. Field lengths are next to the request schemas.

const KiB = 1024;
const MiB = 1024 * KiB;

export const apiLimits = {
  /** Body of an operator's request, such as one with an issuer's keys. */
  operatorBytes: 128 * 1024,
  /** Rate limit period: `simple.period` in wrangler.toml. */
  rateLimitPeriodSeconds: 60,
  /** Wrong admin tokens and keys per address, period and isolate. Wrong keys are only counted if there is a rate limit. */
  failedAttempts: 40,
  /** Addresses whose failures an isolate counts separately. Bounds its memory. */
  failedAddresses: 10_000,
  /** Nesting depth of a JSON body. Python's parser and JavaScript's own JSON.stringify support more. */
  jsonLevels: 500,
  /**
   * Values in a JSON body, except those within inputs, parameters and rows; each row counts. Parsing and checking this many takes up to
   * 100 ms, without a turn for others.
   */
  jsonValues: 100_000,
  /** Faults of a request that an error lists. */
  faultsListed: 100,
  /** JSON bodies by route. A plugin call may have `builderLimits.callBytes`. */
  uploadRequestBytes: 256 * KiB,
  enableBytes: 256 * KiB,
  rollbackBytes: 64 * KiB,
  /** A plan with the most ignored paths. */
  releaseBytes: 128 * KiB,
  /** Bodies and responses of requests with an Idempotency-Key. A form needs space beyond `uploadLimits.formBytes`. */
  idempotentJsonBytes: 8 * MiB,
  idempotentFormBytes: 33 * MiB,
  idempotentResponseBytes: 256 * KiB,
  /** `Retry-After` while an Idempotency-Key's first request is still running. */
  idempotencyRetryAfterSeconds: 1,
  /** Form parts whose boundaries are excluded from an Idempotency-Key's digest. */
  formPartsMax: 1000,
  /** Page offset, for clients that page by offset. */
  offsetMax: 1_000_000,
} as const;

/**
 * Maximum memory that an isolate reserves at a time, out of 122 MiB; an idle isolate uses 16 MiB. A reservation whose work shows no
 * activity for `heldMs` is freed, since an aborted request may never release it.
 */
export const isolateMemory = {
  /**
   * Request bodies. One owner (an organization, or an address without a key) gets at most three quarters; an eighth is reserved for
   * small bodies.
   */
  bodies: { size: 32 * MiB, perOwner: 24 * MiB, keptForSmall: 4 * MiB, heldMs: 10_000 },
  /** Forms, archives with their sources and scan results, and modules. A larger item gets the whole budget to itself. */
  large: { size: 60 * MiB, heldMs: 15_000 },
} as const;

/** Concurrent exports of rows or events in an isolate, and one organization's. */
export const exportShares = {
  size: 4,
  perOwner: 1,
  /** The share of a client that doesn't read goes to others after this time. */
  heldMs: 15_000,
  waitMs: 2_000,
  retryAfterSeconds: 5,
} as const;

/**
 * Memory that request bodies reserve before they are read. All requests share an isolate's 128 MB: a few slow, large bodies would
 * exhaust it.
 */
export const bodyLimits = {
  /** A JSON body is held as bytes, as text, and as forwarded; a form as received, and as its parts. */
  bodyTimes: 3,
  formTimes: 2,
  /** Smaller bodies don't wait for their owner's turn. */
  smallBytes: 64 * KiB,
  /** Smaller forms count as bodies. */
  smallFormBytes: 1 * MiB,
  /** How long a body waits unread for its reservation. Then the response is 503 with `Retry-After`. */
  waitMs: 10_000,
  formWaitMs: 60_000,
  retryAfterSeconds: 2,
  /** How often a request that holds a body signals activity, and a slow one checks whether another waits. */
  aliveMs: 1_000,
  /** A body that takes longer than `pieceMs` for a piece of this size is aborted if another is waiting: it could hold its memory forever. */
  pieceBytes: 5_000_000,
  pieceMs: 5_000,
  /** How much of a refused request's body is read and dropped, and for how long, so that a proxy passes on the refusal. */
  droppedBytes: 64 * MiB,
  droppedAtOnce: 16 * KiB,
  droppedMs: 30_000,
  /** How often a body that turned out not to be small looks for memory. */
  lookMs: 250,
} as const;

/** Items per list page. */
export const pageLimitMax = 1000;
export const pageLimitDefault = 100;

/** How often the console refreshes its data while nothing is in progress. */
export const idleMs = 15_000;

/** Refresh interval while the user waits for the one item that a page shows, such as a deployment. */
export const busyMs = 1000;

/** Refresh interval while a list contains something in progress, or during a build, which takes longer. */
export const pendingMs = 2000;

/** How long a server may take to respond to a check of the command line. */
export const serverCheckMs = 10_000;
/** How long the command line waits for a read's response to begin. Longer than any wait that a read can ask for (`?wait=60`). */
export const responseMaxMs = 90_000;

/** Redirects that a fetch into the store follows. */
export const fetchRedirectsMax = 5;

/** Bytes of a large object read at a time: few enough store requests, and little enough memory for many readers. */
export const objectRangeBytes = 4 * 1024 * 1024;

/** How much a page of affected versions looks at. The others' versions all have rows to read; only some of the affected ones are live. */
export const advisoryLists = {
  versionsMax: { live: 2000, rest: 100 },
  /** Deployments named with a version, in a list or an event. */
  placesMax: 100,
} as const;

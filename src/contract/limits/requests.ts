// Defines the limits of requests to the API: bodies, rates, pages and idempotency keys. The length of a field is beside the request's schema.

const KiB = 1024;
const MiB = 1024 * KiB;

export const apiLimits = {
  /** Period of the rate limit: `simple.period` in wrangler.toml. */
  rateLimitPeriodSeconds: 60,
  /** Wrong admin tokens and keys of an address per period and isolate. Wrong keys are only counted where there is a rate limit. */
  failedAttempts: 40,
  /** Addresses whose failures an isolate counts separately. Bounds its memory. */
  failedAddresses: 10_000,
  /** Nesting of a JSON body. Python's parser and JavaScript's own JSON.stringify support more. */
  jsonLevels: 500,
  /** JSON bodies by route. A call of a plugin may have `builderLimits.callBytes`. */
  uploadRequestBytes: 256 * KiB,
  enableBytes: 256 * KiB,
  agentPluginBytes: 256 * KiB,
  agentConfigBytes: 16 * KiB,
  /** The `config_schema` in the registration of an agent plugin. */
  agentConfigSchemaBytes: 64 * KiB,
  rollbackBytes: 64 * KiB,
  reconfigureBytes: 64 * KiB,
  /** Bodies and responses of requests with an Idempotency-Key. A form needs room around `uploadLimits.formBytes`. */
  idempotentJsonBytes: 8 * MiB,
  idempotentFormBytes: 33 * MiB,
  idempotentResponseBytes: 256 * KiB,
  /** `Retry-After` when the first request of an Idempotency-Key is still running. */
  idempotencyRetryAfterSeconds: 1,
  /** Parts of a form whose boundaries are left out of the digest of an Idempotency-Key. */
  formPartsMax: 1000,
  /** Offset of a page, for clients that page by offset. */
  offsetMax: 1_000_000,
} as const;

/**
 * The most that an isolate holds in memory at the same time, of the 122 MiB that it has. At rest it has 16. A place whose work shows no sign of life for
 * `heldMs` is free again: a request that was ended may give nothing back.
 */
export const isolateMemory = {
  /** Bodies of requests. One owner, an organization or an address without a key, has at most three quarters; small ones have an eighth alone. */
  bodies: { size: 32 * MiB, perOwner: 24 * MiB, keptForSmall: 4 * MiB, heldMs: 10_000 },
  /** Forms, archives with their sources and what a scan makes of them, and modules. One that is larger has it alone. */
  large: { size: 60 * MiB, heldMs: 15_000 },
} as const;

/** Memory that request bodies reserve before they are read. An isolate has 128 MB for everyone: a few slow large bodies would end it. */
export const bodyLimits = {
  /** A JSON body is held as bytes, as text, and as what is sent on; a form as it came, and as its parts. */
  bodyTimes: 3,
  formTimes: 2,
  /** A smaller body takes no turns. */
  smallBytes: 64 * KiB,
  /** A smaller form has its place among bodies. */
  smallFormBytes: 1 * MiB,
  /** How long a body waits for its place, unread. Then the answer is 503 with `Retry-After`. */
  waitMs: 10_000,
  formWaitMs: 60_000,
  retryAfterSeconds: 2,
  /** How often a request that holds a body shows a sign of life. */
  aliveMs: 1_000,
  /** A body that takes longer for a piece of so many bytes is ended when another one waits: it would hold its place for as long as it likes. */
  pieceBytes: 5_000_000,
  pieceMs: 5_000,
  /** How often a body that takes longer looks whether another one waits. */
  lookMs: 250,
} as const;

/** Items of one page of a list. */
export const pageLimitMax = 1000;
export const pageLimitDefault = 100;

/** The console asks again for what it shows, while nothing is in progress. */
export const idleMs = 15_000;

/** The same, while the user waits for the one thing that a page shows, such as a deployment. */
export const busyMs = 1000;

/** The same, while something in a list is in progress, or a build, which takes longer. */
export const pendingMs = 2000;

/** Bytes of a large object that are read at a time: few enough requests to the store, and little enough memory for many readers. */
export const objectRangeBytes = 4 * 1024 * 1024;

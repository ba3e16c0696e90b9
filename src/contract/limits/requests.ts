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
  /** Forms that an isolate reads at the same time, together. Each is held about twice: as it came, and as its parts. */
  formRoomBytes: 33 * MiB,
  /** A form below this size does not wait. */
  smallFormBytes: 1 * MiB,
  /** A form's room is free this long after the last sign of life of its request, which gives one as often as `formAliveMs`. */
  formHeldMs: 10_000,
  formAliveMs: 1_000,
  /** A form that takes longer for a piece of so many bytes is ended when another one waits: it would hold the room for as long as it likes. */
  formPieceBytes: 5_000_000,
  formPieceMs: 5_000,
  /** How often a form that takes longer looks whether another one waits. */
  formLookMs: 250,
  /** `Retry-After` when the first request of an Idempotency-Key is still running. */
  idempotencyRetryAfterSeconds: 1,
  /** Parts of a form whose boundaries are left out of the digest of an Idempotency-Key. */
  formPartsMax: 1000,
  /** Offset of a page, for clients that page by offset. */
  offsetMax: 1_000_000,
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

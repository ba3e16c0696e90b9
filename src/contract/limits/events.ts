// Defines how events are sealed, moved to the store and exported. retention.ts defines how long they are kept.

const seconds = 1000;

export const sealing = {
  /** Events are sealed once the oldest reaches this age: at most one block a minute. */
  graceMs: 60 * seconds,
  blockEvents: 1000,
  /**
   * Events of all organizations that a round seals together, with five statements, and rounds per sweep. The new blocks are one
   * parameter of at most 300 bytes per event; D1 allows 2 MB.
   */
  roundEvents: 4000,
  roundsMax: 5,
} as const;

/** Moving old events to the store. A sweep takes at most ten statements per archive. */
export const eventArchiving = {
  /** Organizations that a sweep checks, and archives that it writes. */
  organizationsAtOnce: 10,
  archivesAtOnce: 5,
  /** Events per archive. A block has at most this many. */
  events: sealing.blockEvents,
  blocks: 500,
} as const;

/** One export response. D1 allows 1,000 queries per invocation, and a page takes three in one round trip. */
export const eventExport = {
  /** Events per page, and pages and archives per response. */
  pageEvents: 1000,
  pages: 150,
  archives: 200,
  /** Maximum `skip` of a request. */
  skipMax: 1_000_000,
} as const;

// Defines the limits of events: how they are sealed, moved to the store and exported. How long they are kept is in retention.ts.

const seconds = 1000;

export const sealing = {
  /** Events are sealed when the oldest is this old: at most one block a minute. */
  graceMs: 60 * seconds,
  blockEvents: 1000,
  /**
   * Events of all organizations that a round seals together, by five statements, and rounds of a sweep. The new blocks are one parameter,
   * of at most 300 bytes for each event; D1 allows 2 MB.
   */
  roundEvents: 4000,
  roundsMax: 5,
} as const;

/** Moving old events to the store. A sweep takes at most ten statements for each archive. */
export const eventArchiving = {
  /** Organizations that a sweep looks at, and archives that it writes. */
  organizationsAtOnce: 10,
  archivesAtOnce: 5,
  /** Events of one archive. A block has at most as many. */
  events: sealing.blockEvents,
  blocks: 500,
} as const;

/** One response of the export. D1 allows 1,000 queries in an invocation, and a page takes three in one trip. */
export const eventExport = {
  /** Events of a page, and pages and archives of a response. */
  pageEvents: 1000,
  pages: 150,
  archives: 200,
  /** `skip` of a request. */
  skipMax: 1_000_000,
} as const;

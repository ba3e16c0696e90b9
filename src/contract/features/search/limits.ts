// Defines the limits of the search: lengths of queries and answers, terms of a plugin, and sizes of the index's rows.

const KiB = 1024;

/** Queries and answers, which clients must keep to. */
export const searchLimits = {
  queryCharsMax: 200,
  resultsMax: 20,
  /** Results without a `limit`. */
  resultsDefault: 10,
  /** Characters of a result's description. */
  descriptionChars: 300,
} as const;

/** The index. */
export const indexLimits = {
  /** Words of a query. Further ones are ignored. */
  queryTerms: 6,
  /** Different words of a plugin's fields, where `e-mail` has two. Further ones aren't found. */
  terms: { name: 32, tags: 64, description: 64, readme: 256 },
  /** The start of a README that is read. */
  readmeBytes: 64 * KiB,
  /** A longer word is cut, in plugins as in queries. */
  termChars: 40,
  /** A text without separators that changes more often between letters and digits, such as a checksum, is one word. */
  digitChanges: 4,
  /** A shorter word must be typed without a typo. */
  typoChars: 4,
  /** Characters of a block. One that is longer is divided into blocks of `newBlockChars`. */
  blockChars: 48 * KiB,
  newBlockChars: 32 * KiB,
  /** Blocks that are read for a word. Seldom is the prefix so short, and the organization so large, that there are more. */
  blocksPerPrefix: 4,
  /** Blocks with the owners of an organization's plugins, for keys bound to namespaces. */
  ownerBlocks: 16,
  /** Plugins that wait in a queue until they are merged into blocks. */
  queued: 48,
  /** Plugins that a sweep reads together, and how often. */
  readTogether: 32,
  readsPerSweep: 3,
  /** Tries to read a plugin's version and README. Then it is found by its name only. */
  triesMax: 8,
  /** Blocks that a batch of a merge writes. */
  blocksPerBatch: 25,
  /** Plugins that a sweep's walk looks at, to find those that were never read, or by earlier rules. */
  walkedAtOnce: 500,
  /** Found plugins that are read, and how many more at once, if the best ones were deleted since they were indexed. */
  readAtMost: 1000,
  readMore: 250,
} as const;

/** Lease of the worker that merges an organization's queue. If it is lost, the merge is repeated, which changes nothing twice. */
export const mergeLease = { leaseMs: 60_000, renewEveryMs: 15_000 } as const;

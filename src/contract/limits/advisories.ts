// Defines limits on imports of advisories, and on how much is compared at a time.

const MiB = 1024 * 1024;

/** All advisories of one ecosystem, as osv.dev exports them, stay far below these limits. */
export const advisoryImportLimits = {
  zipBytesMax: 256 * MiB,
  entriesMax: 100_000,
  directoryBytesMax: 16 * MiB,
  /** Unpacked size of one record. A larger one counts as invalid. */
  recordBytesMax: MiB,
  /** How long an import's upload URL is valid. */
  uploadUrlSeconds: 3600,
  /** An import without its zip fails this long after it was created. */
  unsentMs: 2 * 3_600_000,
  /** Records written in one batch, and their size as JSON. */
  recordsAtOnce: 100,
  recordsBytesAtOnce: 512 * 1024,
  /** Reading continues in a new message after this time. */
  sliceMs: 20_000,
  sourcesMax: 20,
  sourceEveryMs: 24 * 3_600_000,
  urlLength: 2000,
  fetch: { bytesMax: 256 * MiB, stallMs: 30_000, totalMs: 10 * 60_000 },
} as const;

export const advisoryLimits = {
  /** Changed advisories compared together. */
  matchedAtOnce: 20,
  /** Hits that one statement writes or removes. */
  hitsAtOnce: 250,
  /** Versions that a sweep indexes, with three round trips each. */
  indexedAtOnce: 10,
  /** How long a sweep matches changed advisories. */
  sweepMatchMs: 5000,
} as const;

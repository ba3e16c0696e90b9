// Defines the limits of scans: one file, rescans, previews, and the values and trails in a finding. Also those of advisories.

/**
 * A file must stay within these and `sourceFileBytesMax` to be scanned (scan policy §7). A file beyond any of them is rejected, never
 * skipped.
 */
export const limits = {
  bracketLevels: 200,
  indents: 100,
  treeDepth: 1000,
  findings: 10_000,
  /** Per Python file to parse, and per Go declaration. Parsing and analyzing take up to 300 bytes per token; an isolate has 128 MB. */
  partTokens: 310_000,
  /** Tokens of several Python statements that are parsed together. */
  excerptTokens: 50_000,
  /** Variables and scopes in a file, and attributes that it sets. Files in packages have up to 3,000. */
  names: 25_000,
} as const;

/**
 * Names imported by a plugin's files, plus four for each name bound to something that matters. Packages of 300 files have up to 10,000.
 */
export const linkedNamesMax = 120_000;

/** Larger files are scanned in turns. Up to this size, parsing and analyzing one take less than 100 ms. */
export const largeFileBytes = 24 * 1024;

/** Rescans of published versions after the rules, the level or a waiver changed. */
export const rescanLimits = {
  /** Time per queue message: publishing must not wait for rescans in the same queue. */
  sliceMs: 5000,
  /** An invocation may query D1 a thousand times. A version takes up to five round trips, a chunk of the walk three. */
  sliceVersions: 60,
  sliceChunks: 60,
} as const;

/** One preview page: which versions would get another verdict at a level. */
export const previewLimits = {
  /** Time to scan archives not yet scanned at this level. */
  scanMs: 10_000,
  /** Versions per page. For each, two scans are read, with up to 100 KB of findings. */
  versionsMax: 50,
  versionsDefault: 20,
  /** Findings listed per version. */
  findingsShown: 20,
} as const;

/** Characters or items in a value produced by constant folding (scan policy §5.3). A larger one counts as unfoldable. */
export const constantCharsMax = 4096;

/** Steps in a finding's trail. A longer trail keeps its first steps and the last one. */
export const trailStepsMax = 12;

/** Source lines kept with a rejected upload's findings: at most 100 KB, in addition to the findings. */
export const excerptLimits = {
  /** The first findings get lines, up to this number. */
  findingsMax: 100,
  /** Lines before and after the finding's own. */
  linesAround: 2,
  /** Characters per line. */
  lineChars: 200,
} as const;

const MiB = 1024 * 1024;

/** All advisories of one ecosystem, as osv.dev exports them, stay far below these limits. */
export const advisoryImportLimits = {
  zipBytesMax: 256 * MiB,
  entriesMax: 100_000,
  directoryBytesMax: 16 * MiB,
  /** Unpacked size of one record. A larger one counts as invalid. */
  recordBytesMax: MiB,
  /**
   * Packages, ranges, events, versions, severities, aliases, imports and symbols of one record, together. The largest known records have
   * about 2000. Preparing this many takes 40 ms, without a turn for others.
   */
  recordEntriesMax: 10_000,
  /** Different severities of one record. The largest known records have about 10. Rating one takes up to 0.4 ms without a pause. */
  recordSeveritiesMax: 50,
  /** A record's dates may be this far in the future, for clocks that differ. Otherwise a wrong date would hide all later editions. */
  futureMs: 24 * 3_600_000,
  /** How long an import's upload URL is valid. */
  uploadUrlSeconds: 3600,
  /** An import without its zip fails this long after it was created. */
  unsentMs: 2 * 3_600_000,
  /** Records written in one batch, and their size as JSON. */
  recordsAtOnce: 50,
  recordsBytesAtOnce: 256 * 1024,
  /** Reading continues in a new message after this time, or this many batches, with a round trip each. */
  sliceMs: 20_000,
  sliceBatches: 260,
  sourcesMax: 20,
  /**
   * URLs fetched at once, of the 5 workers of the queue in wrangler.toml, so that feeds whose servers send slowly leave workers to other
   * imports, to matching and to agent plugins. Other URLs wait for the sweep.
   */
  fetchedAtOnce: 2,
  sourceEveryMs: 24 * 3_600_000,
  urlLength: 2000,
  fetch: { bytesMax: 256 * MiB, stallMs: 30_000, totalMs: 10 * 60_000 },
} as const;

export const advisoryLimits = {
  /** Characters of a Python version. Python reads no number with more digits. */
  versionCharsMax: 4300,
  /** Changed advisories compared together. */
  matchedAtOnce: 20,
  /** Advisories that one statement takes back. */
  takenBackAtOnce: 2000,
  /** Hits that one statement writes or removes. */
  hitsAtOnce: 250,
  /** Work of one comparison, in the unit of `LoopTurns`. */
  comparisonBytes: 512,
  /** Work to prepare one event or listed version of an advisory, in the same unit. */
  entryBytes: 128,
  /** Versions that one message compares, with three round trips each. */
  indexedAtOnce: 60,
  /** Times that one message compares changed advisories, most with four round trips each. */
  matchesByOne: 30,
} as const;

// Defines the limits of scans: one file, rescans, previews, and the values and trails in a finding.

/** A file must stay within these and `sourceFileBytesMax` to be scanned (scan policy §7). One beyond any of them is rejected, never skipped. */
export const limits = {
  bracketLevels: 200,
  indents: 100,
  treeDepth: 1000,
  findings: 10_000,
  /** Per top-level statement that has to be parsed. tree-sitter needs about 250 bytes for each token; an isolate has 128 MB. */
  partTokens: 310_000,
  /** Variables and scopes in what is parsed of a file, and attributes that it sets. Files of packages have up to 3,000. */
  names: 25_000,
} as const;

/** Names that the files of a plugin import, and four for each that they bind to something that matters. Packages of 300 files have up to 10,000. */
export const linkedNamesMax = 120_000;

/** Scanning published versions again after a change of what they are judged by. */
export const rescanLimits = {
  /** Work on one queue message: publishing must not wait for rescans in the same queue. */
  sliceMs: 5000,
  /** An invocation may ask D1 a thousand times. A version takes up to five trips, and a chunk of the walk three. */
  sliceVersions: 60,
  sliceChunks: 60,
} as const;

/** One page of a preview: which versions would get another verdict at a level. */
export const previewLimits = {
  /** Scanning archives that were not scanned at the level yet. */
  scanMs: 10_000,
  /** Versions; two scans with up to 100 KB of findings are read for each. */
  versionsMax: 50,
  versionsDefault: 20,
  /** Findings that are listed for a version. */
  findingsShown: 20,
} as const;

/** Characters or items of a value that constant folding produces (scan policy §5.3). A larger one counts as unfoldable. */
export const constantCharsMax = 4096;

/** Steps of a finding's trail. A longer trail keeps its first steps and the last one. */
export const trailStepsMax = 12;

/** Lines that are kept with the findings of an upload that was rejected: 100 KB at most, beside the findings themselves. */
export const excerptLimits = {
  /** Findings that have lines, the first ones. */
  findingsMax: 100,
  /** Lines before that of the finding, and after it. */
  linesAround: 2,
  /** Characters of a line. */
  lineChars: 200,
} as const;

// Defines the limits of scans: of one file, and of rescans.

/** A file must stay within these to be scanned (scan policy §7). One beyond any of them is rejected, never skipped. */
export const limits = {
  sourceBytes: 2 * 1024 * 1024,
  bracketLevels: 200,
  indents: 100,
  treeDepth: 1000,
  findings: 10_000,
  /** Per top-level statement that has to be parsed. tree-sitter needs about 250 bytes for each token; an isolate has 128 MB. */
  partTokens: 310_000,
} as const;

/** Scanning published versions again after a change of what they are judged by. */
export const rescanLimits = {
  /** Work on one queue message: publishing must not wait for rescans in the same queue. */
  sliceMs: 5000,
  sliceVersions: 100,
} as const;

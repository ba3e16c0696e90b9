// Limits a file must stay within to be scanned (scan policy §7). A file beyond any of them is rejected, never skipped.
export const limits = {
  sourceBytes: 2 * 1024 * 1024,
  bracketLevels: 200,
  indents: 100,
  treeDepth: 1000,
  findings: 10_000,
  /** Per top-level statement that has to be parsed. tree-sitter needs about 250 bytes for each token; an isolate has 128 MB. */
  partTokens: 310_000,
} as const;

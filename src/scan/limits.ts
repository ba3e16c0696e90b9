// Where a file is too complex to scan (scan policy §7). Beyond any of these it is refused, never skipped.
export const limits = {
  sourceBytes: 2 * 1024 * 1024,
  bracketLevels: 200,
  indents: 100,
  treeDepth: 1000,
  findings: 10_000,
  /** Of one statement of a module that must be parsed: tree-sitter takes some 250 bytes for each, an isolate has 128 MB. */
  partTokens: 250_000,
} as const;

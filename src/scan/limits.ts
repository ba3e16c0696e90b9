// Where a file is too complex to scan (scan policy §7). Beyond any of these it is refused, never skipped.
export const limits = {
  sourceBytes: 2 * 1024 * 1024,
  bracketLevels: 200,
  indents: 100,
  treeDepth: 1000,
  findings: 10_000,
} as const;

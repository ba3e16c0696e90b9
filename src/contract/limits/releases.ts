// Defines the limits of releases: plans, the reports of isolates, and what is kept.

export const releaseLimits = {
  stepsMax: 10,
  holdCallsMax: 1_000_000,
  durationMaxMs: 7 * 24 * 3_600_000,
  /** Calls of the candidate that a step needs before it can end. Fewer say too little. */
  callsMin: 20,
  /** Default gates. */
  p95Ratio: 1.5,
  answerShareMax: 0.01,
  tolerance: 1e-6,
  ignoredMax: 50,
  /** Highest probability that a release of equal versions is reverted, over all gates. */
  falseAlarms: 0.01,
  /** The first durations of a new instance don't count, because it is still warming up. */
  warmUpCalls: 20,
  /** An isolate reports after this many calls or this long, whichever is first. */
  reportCalls: 20,
  reportMs: 250,
  /** Releases whose calls an isolate counts at once. Calls of further ones follow their weight, but aren't measured. */
  countedMax: 100,
  /** Sticky callers that count on each side before their errors can revert a release. */
  stickyKeysMin: 20,
  /** Sticky callers that a release remembers. Further ones don't count. */
  stickyKeysMax: 2_000,
  /** Points of a release's curves. When they are full, each two neighbors become one. */
  seriesMax: 120,
  seriesStepMs: 5_000,
  /** Differing paths that are kept and shown. */
  pathsKept: 200,
  pathsShown: 10,
  /** Differing paths of one pair of answers. */
  differencesMax: 20,
  /** Characters of a differing path. Keys may be a caller's data, and long. */
  pathCharsMax: 200,
  /** Characters of a value in a sample. */
  sampleChars: 80,
  /** Answers that are longer, or have more values, aren't compared. */
  comparedCharsMax: 256 * 1024,
  comparedValuesMax: 5_000,
  /** Repeated calls that an isolate has in flight for one release. */
  shadowsAtOnce: 4,
  /** How often a stream looks for changes of its release. */
  followMs: 1_000,
  /** Characters of the header `Slipway-Key`. */
  callerKeyCharsMax: 200,
  /** Characters of the reason that a person gives. */
  reasonCharsMax: 500,
  /** How often an unfinished release is looked at if no call reports. */
  lookEveryMs: 10_000,
  /** Retries while the database doesn't respond. */
  retryMs: 1_000,
  /** Ended releases that one sweep deletes. */
  deletedAtOnce: 200,
} as const;

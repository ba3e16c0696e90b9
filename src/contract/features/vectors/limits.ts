// Defines the limits of vector features and their vectors.

const KiB = 1024;

/** The limits of vectors are from the most restrictive store. */
export const vectorLimits = {
  idBytes: 64,
  upsertVectors: 1000,
  searchMatches: 100,
  reconfigureBytes: 64 * KiB,
} as const;

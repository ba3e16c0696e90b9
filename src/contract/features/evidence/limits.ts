// Defines the limits of signing.

export const signingLimits = {
  /** Versions whose evidence a sweep signs, with two round trips for each group. A signature takes a third of a millisecond. */
  perSweep: 400,
  together: 50,
} as const;

/** Signing keys of an installation; all are published. Monthly rotations reach this after eight years. */
export const signingKeysMax = 100;

// Defines the limits of the models that versions name.

export const modelLimits = {
  /** R2 takes up to 5 GiB in one PUT; the margin is for safety. */
  sizeBytesMax: 5 * 1024 ** 3 - 16 * 1024 ** 2,
  /** Models that one version may ask for. */
  perVersionMax: 20,
} as const;

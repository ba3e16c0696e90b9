// Defines the limits of a namespace's models.

export const modelLimits = {
  perNamespaceMax: 100,
  /** R2 takes up to 5 GiB in one PUT; the margin is for safety. */
  sizeBytesMax: 5 * 1024 ** 3 - 16 * 1024 ** 2,
  /** Models that one version may ask for. */
  perVersionMax: 20,
  /** Validity of a model's upload URL. A slow connection takes hours. */
  uploadUrlSeconds: 24 * 3600,
  /** A confirm keeps its reservation at least this long, so its content isn't deleted before its row exists. */
  confirmMs: 3_600_000,
  /** Content without a model, an upload or a reservation is deleted after this time, which allows for clock differences. */
  orphanGraceMs: 300_000,
  requestBytes: 16 * 1024,
} as const;

/** Leading and trailing bytes of a model, which reveal its format. The trailing ones include a zip's directory. */
export const modelHeadBytes = 4096;
export const modelTailBytes = 1024 * 1024;

// Defines the limits of storing a namespace's models.

export const storingLimits = {
  perNamespaceMax: 100,
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

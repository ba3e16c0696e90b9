// Defines the limits of the models of a namespace.

export const modelLimits = {
  perNamespaceMax: 100,
  /** R2 takes up to 5 GiB in one PUT, and somewhat less to be safe. */
  sizeBytesMax: 5 * 1024 ** 3 - 16 * 1024 ** 2,
  /** Models that one version may ask for. */
  perVersionMax: 20,
  /** Validity of the URL that a model is sent to. A slow line takes hours. */
  uploadUrlSeconds: 24 * 3600,
  /** A confirm keeps its reservation at least this long, so that its content is not deleted before it has its row. */
  confirmMs: 3_600_000,
  /** Content without a model, an upload or a reservation is deleted after this time: clocks differ. */
  orphanGraceMs: 300_000,
  requestBytes: 16 * 1024,
} as const;

/** First and last bytes of a model, by which its format is recognized. The last ones have the directory of a zip. */
export const modelHeadBytes = 4096;
export const modelTailBytes = 1024 * 1024;

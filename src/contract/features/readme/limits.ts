// Defines how much of a README, and which of its pictures, are served.

const KiB = 1024;
const MiB = 1024 * KiB;

export const readmeLimits = {
  /** Bytes of a README's text. A longer one is cut: a page shows it as a whole, and its reader finds the file in the archive. */
  textBytes: 512 * KiB,
  /** Bytes of a picture, which is held in memory as a whole. A page may show many of them. */
  pictureBytes: 1 * MiB,
} as const;

// Defines the limits of GPUs that a builder lends.
const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

export const gpuLimits = {
  /** Most whole cards of one process. */
  cardsMax: 16,
  /** The smallest share of a card's memory. A CUDA context alone takes hundreds of MB. */
  shareBytesMin: GiB,
  /** Most GiB that `gpu_memory_gb` may state. */
  memoryGiBMax: 1024,
  /** How often the memory use of processes is read. */
  watchMs: 250,
  /** A process is ended once it uses this much more than its share. */
  overuse: 1.05,
  /** Use of a card by other programs, such as its driver, that doesn't reduce what is lent, as a part of the card's memory. */
  ignoredUse: 0.05,
  /** Memory that the probe allocates to find itself among the card's processes. */
  probeBytes: 64 * MiB,
} as const;

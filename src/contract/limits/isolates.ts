// Defines the limits of Go plugins in isolates: of their time, memory and module.

export const isolateLimits = {
  /** The longest time limit of a call that a plugin in an isolate may ask for. */
  timeoutSecondsMax: 30,
  /** The maximum of its memory: 96 MiB in pages of 64 KiB. The runtime ends an isolate at 128 MiB. */
  memoryPagesMax: 1536,
  /** The module, compressed with gzip, and as it is. */
  compressedBytesMax: 10 * 1024 * 1024,
  moduleBytesMax: 64 * 1024 * 1024,
} as const;

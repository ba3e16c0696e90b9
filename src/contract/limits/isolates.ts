// Defines the limits of Go plugins in isolates: their time, memory, module, answers and output.
import { logLineChars } from './logs.ts';

export const isolateLimits = {
  /** The longest time limit of a call that a plugin in an isolate may ask for. */
  timeoutSecondsMax: 30,
  /** The maximum of its memory: 96 MiB in pages of 64 KiB. The runtime ends an isolate at 128 MiB. */
  memoryPagesMax: 1536,
  /** An instance that is left with more memory than this is discarded: memory never shrinks. */
  keptMemoryBytes: 80 * 1024 * 1024,
  /** The module, compressed with gzip, and as it is. */
  compressedBytesMax: 10 * 1024 * 1024,
  moduleBytesMax: 64 * 1024 * 1024,
  /** An answer: the result of a call, of up to 8 MiB, and what is around it, such as a stack trace. */
  answerBytes: 8 * 1024 * 1024 + 256 * 1024,
  /** Output of one call. An isolate can't slow a plugin down that prints too much, so the rest is dropped. */
  outputBytes: 128 * 1024,
  outputLines: 1000,
  /** Bytes that a line is kept in until it ends: `logLineChars` characters in UTF-8. */
  outputLineBytes: 4 * logLineChars,
} as const;

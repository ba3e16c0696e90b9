// Defines the limits of Go plugins in isolates: time, memory, module, responses and output.
import { logLineChars } from './logs.ts';

export const isolateLimits = {
  /** The longest call time limit that a plugin in an isolate may ask for. */
  timeoutSecondsMax: 30,
  /** Maximum memory: 96 MiB in pages of 64 KiB. The runtime kills an isolate at 128 MiB. */
  memoryPagesMax: 1536,
  /** An instance that uses more memory than this after a call is discarded, since memory never shrinks. */
  keptMemoryBytes: 80 * 1024 * 1024,
  /** Size of the module, gzip-compressed and uncompressed. */
  compressedBytesMax: 10 * 1024 * 1024,
  moduleBytesMax: 64 * 1024 * 1024,
  /** Size of a response: a call's result of up to 8 MiB, plus its wrapper, such as a stack trace. */
  answerBytes: 8 * 1024 * 1024 + 256 * 1024,
  /** Output per call. An isolate can't slow down a plugin that prints too much, so further output is dropped. */
  outputBytes: 128 * 1024,
  outputLines: 1000,
  /** Buffer size of an unfinished line: `logLineChars` characters in UTF-8. */
  outputLineBytes: 4 * logLineChars,
} as const;

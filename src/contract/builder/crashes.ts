// Crashes of an instance that a builder remembers.
import { z } from 'zod';

/** A reason can be a traceback, and begins with what matters. */
export const crashReasonChars = 500;

export const lastCrashSchema = z.object({
  at: z.string(),
  /** Why the process ended, or why its restart failed. For the author. */
  reason: z.string(),
});
export type LastCrash = z.infer<typeof lastCrashSchema>;

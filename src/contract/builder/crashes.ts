// Crashes of an instance that a builder remembers.
import { z } from 'zod';

export const lastCrashSchema = z.object({
  at: z.string(),
  /** Why the process ended, or why its restart failed. For the author. */
  reason: z.string(),
});
export type LastCrash = z.infer<typeof lastCrashSchema>;

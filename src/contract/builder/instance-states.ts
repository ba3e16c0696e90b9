// Defines an instance's states, and how a builder reports its last crash.
import { z } from 'zod';

export const instanceStates = ['starting', 'ready', 'restarting', 'draining', 'stopped', 'failed'] as const;

export const lastCrashSchema = z.object({
  at: z.string(),
  /** Why the process exited, or why its restart failed. For the author. */
  reason: z.string(),
});
export type LastCrash = z.infer<typeof lastCrashSchema>;

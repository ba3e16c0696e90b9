// Defines one line of an instance's or a build's log.
import { z } from 'zod';

export const logLineSchema = z.object({
  at: z.string(),
  /** `host` marks lines written by Slipway. */
  stream: z.enum(['stdout', 'stderr', 'host']),
  line: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

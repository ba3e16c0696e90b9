// One line of a log, of an instance or of a build.
import { z } from 'zod';

export const logLineSchema = z.object({
  at: z.string(),
  /** `host` is Slipway itself. */
  stream: z.enum(['stdout', 'stderr', 'host']),
  line: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

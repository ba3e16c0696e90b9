// Defines one line of an instance's or a build's log.
import { z } from 'zod';

export const logLineSchema = z.object({
  at: z.string(),
  /** `host` marks lines written by Slipway. */
  stream: z.enum(['stdout', 'stderr', 'host']),
  line: z.string(),
  /** The ID of the API's request whose call printed the line, or that the line is about. Left out if it is unknown. */
  request: z.string().optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

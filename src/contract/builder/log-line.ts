// Defines one line of an instance's or a build's log.
import { z } from 'zod';
import { iso } from '../../core/clock.ts';
import { logLineChars } from '../limits/logs.ts';

export const logLineSchema = z.object({
  at: z.string(),
  /** `host` marks lines written by Slipway. */
  stream: z.enum(['stdout', 'stderr', 'host']),
  line: z.string(),
  /** The ID of the API's request whose call printed the line, or that the line is about. Left out if it is unknown. */
  request: z.string().optional(),
  /** The number of the instance that printed it. Left out for the first one, or if there is no other. */
  instance: z.int().min(2).optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Cuts a longer line off. */
export function truncateLine(line: string, charsMax = logLineChars): string {
  return line.length > charsMax ? `${line.slice(0, charsMax - 1)}…` : line;
}

/** A line that Slipway writes. */
export function hostLine(now: number, line: string): LogLine {
  return { at: iso(now), stream: 'host', line };
}

// Defines one line of an instance or build log.
import { z } from 'zod';
import { iso } from '../../../core/clock.ts';
import { logLineChars } from '../../limits/logs.ts';

export const logLineSchema = z.object({
  at: z.string(),
  /** `host` marks lines that Slipway writes. */
  stream: z.enum(['stdout', 'stderr', 'host']),
  line: z.string(),
  /** The ID of the API request that the line belongs to. Omitted if unknown. */
  request: z.string().optional(),
  /** The number of the instance that printed it. Omitted for the first or only one. */
  instance: z.int().min(2).optional(),
});
export type LogLine = z.infer<typeof logLineSchema>;

/** Truncates a long line. */
export function truncateLine(line: string, charsMax = logLineChars): string {
  return line.length > charsMax ? `${line.slice(0, charsMax - 1)}…` : line;
}

/** Returns a line that Slipway writes. */
export function hostLine(now: number, line: string): LogLine {
  return { at: iso(now), stream: 'host', line };
}

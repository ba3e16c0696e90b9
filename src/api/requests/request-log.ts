// Decides which requests have a line in the log: all that failed or were slow, and of the others one in so many.
import { requestLog } from '../../contract/limits/logs.ts';

/** The ordinary requests of an isolate since the last one that has a line. */
export interface LogSample {
  skipped: number;
}

/** Returns how many requests a line stands for, or null: this one has none. `every`: one in so many ordinary ones has a line. */
export function sampledAs(
  sample: LogSample,
  { status, durationMs }: { status: number; durationMs: number },
  every: number,
): number | null {
  if (status >= 400 || durationMs >= requestLog.slowMs) return 1;
  sample.skipped += 1;
  if (sample.skipped < every) return null;
  sample.skipped = 0;
  return every;
}

// Decides which requests get a log line: all failed or slow ones, and one in N of the others.
import { requestLog } from '../../contract/limits/logs.ts';

/** Number of ordinary requests in an isolate since the last one with a log line. */
export interface LogSample {
  skipped: number;
}

/** Returns how many requests a log line stands for, or null if this request gets none. Logs one in `every` ordinary requests. */
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

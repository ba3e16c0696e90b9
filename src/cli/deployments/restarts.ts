// Formats how often the processes of an instance were restarted, and why the last time.
import type { components } from '../../client/api.gen.d.ts';
import { formatTime } from '../terminal/duration.ts';
import { printable } from '../terminal/terminal-text.ts';

export type Restarts = NonNullable<components['schemas']['GoPlugin']['restarts']>;

/**
 * `restarted 14 times, last 2026-11-20 12:03:01Z: it used more than its 512 MiB of memory`, and `restarting (14 times, …` while none of its
 * processes is ready. The rest of a traceback is in the log.
 */
export function formatRestarts({ count, last_at, last_reason }: Restarts, isReady: boolean): string {
  const [reason = ''] = last_reason.split('\n');
  const times = `${count} ${count === 1 ? 'time' : 'times'}, last ${formatTime(last_at)}: ${printable(reason)}`;
  return isReady ? `restarted ${times}` : `restarting (${times})`;
}

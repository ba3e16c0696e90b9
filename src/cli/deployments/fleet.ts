// Formats the instances of a deployment that can have several.
import type { components } from '../../client/api.gen.d.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type Status = NonNullable<components['schemas']['PluginStatus']['serving']>;
export type Fleet = NonNullable<NonNullable<Status['instance']>['fleet']>;

/** Returns a table with a row for each awake instance. */
export function formatFleet({ instances, max }: Fleet): string {
  const head = `${instances.length} of at most ${max} instances are awake.\n`;
  if (instances.length === 0) return head;
  const rows = instances.map(({ calls_in_flight, number, restarts, state }) => [
    `  #${number}`,
    state,
    String(calls_in_flight),
    restarts ? formatRestarts(restarts, state === 'running') : '-',
  ]);
  return head + table([['  INSTANCE', 'STATE', 'CALLS', 'RESTARTS'], ...rows]);
}

export type Restarts = NonNullable<components['schemas']['GoPlugin']['restarts']>;

/**
 * Returns `restarted 14 times, last 2026-11-20 12:03:01Z: it used more than its 512 MiB of memory`, or `restarting (14 times, …` while
 * no process is ready. The log has the full traceback.
 */
export function formatRestarts({ count, last_at, last_reason }: Restarts, isReady: boolean): string {
  const [reason = ''] = last_reason.split('\n');
  const times = `${count} ${count === 1 ? 'time' : 'times'}, last ${formatTime(last_at)}: ${printable(reason)}`;
  return isReady ? `restarted ${times}` : `restarting (${times})`;
}

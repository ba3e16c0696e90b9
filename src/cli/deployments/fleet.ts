// Formats the instances of a deployment that may have several.
import type { components } from '../../client/api.gen.d.ts';
import { table } from '../terminal/table.ts';
import { formatRestarts } from './restarts.ts';

type Status = NonNullable<components['schemas']['PluginStatus']['serving']>;
export type Fleet = NonNullable<NonNullable<Status['instance']>['fleet']>;

/** A row for each that is awake. */
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

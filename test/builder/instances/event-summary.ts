// Sums up the events of a start.
import type { InstanceEvent } from '../../../src/contract/builder/instances.ts';

/** Returns types, steps, lines and errors, but no times. */
export function summary(events: InstanceEvent[]): string[] {
  return events.map((event) => {
    if (event.type === 'step') return `step ${event.step}`;
    if (event.type === 'log') return `log ${event.stream}: ${event.line}`;
    return event.type === 'ready'
      ? `ready ${event.instance.state}`
      : `failed ${event.error.code}: ${event.error.message}`;
  });
}

// Groups the events of one deployment, upload or run, since a single deployment has eight.
import type { components } from '../../../client/api.gen.d.ts';

type Event = components['schemas']['Event'];

export interface EventGroup {
  /** The first event in list order. */
  event: Event;
  /** The group's other events. */
  others: Event[];
}

/** ID prefixes of long-running operations: deployments, uploads and runs. */
const lasting = /^(?:dep|plu|run)_/;

/** Returns groups in list order, each at its first event's position. */
export function eventGroups(events: readonly Event[]): EventGroup[] {
  const groups = Map.groupBy(events, ({ id, subject_id }) => (lasting.test(subject_id) ? subject_id : id));
  return [...groups.values()].flatMap(([event, ...others]) => (event ? [{ event, others }] : []));
}

/** Returns one actor's events. The API has no such filter. */
export function eventsBy(events: readonly Event[], who: string | undefined): Event[] {
  return events.filter(({ actor }) => who === undefined || actor.id === who);
}

// Puts the events of one deployment, upload or run together: a deployment alone has eight.
import type { components } from '../../../client/api.gen.d.ts';

type Event = components['schemas']['Event'];

export interface EventGroup {
  /** The first in the order of the list. */
  event: Event;
  /** The others of the same thing. */
  others: Event[];
}

/** IDs of what begins, goes on and ends. */
const lasting = /^(?:dep|plu|run)_/;

/** In the order of the list, each thing at the place of its first event. */
export function eventGroups(events: readonly Event[]): EventGroup[] {
  const groups = Map.groupBy(events, ({ id, subject_id }) => (lasting.test(subject_id) ? subject_id : id));
  return [...groups.values()].flatMap(([event, ...others]) => (event ? [{ event, others }] : []));
}

/** Returns the events of one actor. The API can't filter by it. */
export function eventsBy(events: readonly Event[], who: string | undefined): Event[] {
  return events.filter(({ actor }) => who === undefined || actor.id === who);
}

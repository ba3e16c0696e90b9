// Options of an event type filter: all, a group of types, or the type named in the URL.
import type { EventFilter } from '../../data/events/event-filter.ts';
import { eventGroups } from './event-types.ts';

export function EventTypeOptions({ chosen, all }: { chosen: EventFilter | undefined; all: string }) {
  return (
    <>
      <option value="">{all}</option>
      {chosen !== undefined && !eventGroups().some((group) => group === chosen) && <option>{chosen}</option>}
      {eventGroups().map((group) => (
        <option key={group} value={group}>
          {group}*
        </option>
      ))}
    </>
  );
}

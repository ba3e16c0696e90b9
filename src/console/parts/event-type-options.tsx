// The choices of a filter by event type: all, a group of types, or the one type that the URL names.
import { type EventFilter, eventGroups } from '../data/events/event-types.ts';

export function EventTypeOptions({ chosen, all }: { chosen: EventFilter | undefined; all: string }) {
  return (
    <>
      <option value="">{all}</option>
      {chosen !== undefined && !eventGroups.some((group) => group === chosen) && <option>{chosen}</option>}
      {eventGroups.map((group) => (
        <option key={group} value={group}>
          {group}*
        </option>
      ))}
    </>
  );
}

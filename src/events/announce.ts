// Tells the webhooks' queue that events were written, so that nobody waits for the sweep, which would find them too.
import { type EventId, type IdSource, isId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';

/** An id source that remembers that an event was made. It may turn out not to be written: then it was announced for nothing. */
export function trackEventIds(ids: IdSource): Pick<Deps, 'ids' | 'takeNewEventId'> {
  let made: EventId | undefined;
  return {
    ids: (kind) => {
      const id = ids(kind);
      if (isId('event', id)) made = id;
      return id;
    },
    takeNewEventId: () => {
      const newest = made;
      made = undefined;
      return newest;
    },
  };
}

export async function announceEvents({
  takeNewEventId,
  queues,
}: Pick<Deps, 'takeNewEventId' | 'queues'>): Promise<void> {
  const id = takeNewEventId();
  if (id) await queues.deliveries.send({ v: 1, type: 'fan-out', id });
}

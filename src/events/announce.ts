// Enqueues a message for webhooks after events were written. Without it, the sweep would find them later.
import { type EventId, type IdSource, isId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { wake } from './wake.ts';

/** Wraps an ID source and remembers the newest event ID. If that event is not written after all, its message has no effect. */
export function trackEventIds(ids: IdSource): Pick<Deps, 'ids' | 'takeNewEventId'> {
  let newest: EventId | undefined;
  return {
    ids: (kind) => {
      const id = ids(kind);
      if (isId('event', id)) newest = id;
      return id;
    },
    takeNewEventId: () => {
      const taken = newest;
      newest = undefined;
      return taken;
    },
  };
}

export async function announceEvents({
  takeNewEventId,
  queues,
}: Pick<Deps, 'takeNewEventId' | 'queues'>): Promise<void> {
  const id = takeNewEventId();
  if (id) await wake(queues.deliveries, { v: 1, type: 'fan-out', id });
}

// Builds the statements that write events. The caller adds them to its change's batch.
import { is, SQL } from 'drizzle-orm';
import type { ActorRef } from '../contract/actor.ts';
import type { EventData, EventType } from '../contract/events/events.ts';
import { jsonObject } from '../contract/json.ts';
import { type EventId, type IdSource, isId, type NamespaceId, type OrganizationId } from '../core/ids.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { events } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';

export type NewEvent<Type extends EventType = EventType> = {
  /** SQL if the organization is known only from the changed row. */
  organizationId: OrganizationId | SQL;
  namespaceId: NamespaceId | SQL | null;
  type: Type;
  actor: ActorRef;
  subjectId: string | SQL;
  /** Event ID. Set it if other statements in the batch depend on it; defaults to a new one. */
  id?: EventId;
} & NewEventData<EventData<Type>>;

type NewEventData<Data> = Record<never, never> extends Data ? { data?: Data | SQL } : { data: Data | SQL };

/** Builds the statement that inserts the event if `condition` holds. In its batch, it follows the change that it describes. */
export function record<Type extends EventType>(
  { db, ids, clock }: Pick<Deps, 'db' | 'ids' | 'clock'>,
  event: NewEvent<Type>,
  condition: SQL,
): Statement {
  const data = is(event.data, SQL) ? event.data : jsonObject.parse(event.data ?? {});
  const row = { id: ids('event'), ...event, data, createdAt: clock.now() };
  return insertWhere(db, events, row, condition);
}

/** Wraps an ID source and tracks the newest event ID. If that event is never written, its message has no effect. */
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

/** Tells features of the events since the last call, if there are any. */
export function announceEvents(deps: Deps): void {
  const newest = deps.takeNewEventId();
  if (newest) for (const feature of deps.features) feature.eventsRecorded?.(deps, newest);
}

// Writes events. Returns the statement for the caller's batch and never runs one (design §3).
import type { SQL } from 'drizzle-orm';
import type { ActorRef, EventType } from '../contract/events.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { events } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';

export interface NewEvent {
  /** SQL where the row that changes knows it and the caller doesn't. */
  organizationId: OrganizationId | SQL;
  namespaceId: NamespaceId | SQL | null;
  type: EventType;
  actor: ActorRef;
  subjectId: string | SQL;
  data?: typeof events.$inferInsert.data | SQL;
}

/** The event, written only where `condition` holds: it follows the change it tells of. */
export function record(
  { db, ids, clock }: Pick<Deps, 'db' | 'ids' | 'clock'>,
  event: NewEvent,
  condition: SQL,
): Statement {
  const row = { ...event, id: ids('event'), data: event.data ?? {}, createdAt: clock.now() };
  return insertWhere(db, events, row, condition);
}

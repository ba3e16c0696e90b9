// An event as it is told outside: one JSON text, the same in the list, the export and a webhook's body. Blocks are sealed over it, so
// what it holds and how it is written must never change for an event that is there.

import { canonicalJson } from '../core/canonical-json.ts';
import { iso } from '../core/clock.ts';
import type { events } from '../db/schema/events.ts';

export type EventRow = typeof events.$inferSelect;

export function formatEvent(row: EventRow) {
  return {
    id: row.id,
    type: row.type,
    timestamp: iso(row.createdAt),
    organization_id: row.organizationId,
    namespace_id: row.namespaceId,
    subject_id: row.subjectId,
    actor: { type: row.actor.type, id: row.actor.id },
    data: row.data,
  };
}

export function eventLine(row: EventRow): string {
  return canonicalJson(formatEvent(row));
}

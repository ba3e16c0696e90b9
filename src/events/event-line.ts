// Formats an event as JSON, identically in lists, exports and webhook bodies. Blocks are sealed over this text, so it must never change
// for existing events.
import { iso } from '../core/clock.ts';
import { canonicalJson } from '../core/json/canonical.ts';
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
    actor: row.actor,
    data: row.data,
  };
}

export function eventLine(row: EventRow): string {
  return canonicalJson(formatEvent(row));
}

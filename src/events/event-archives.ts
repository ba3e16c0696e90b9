// Reads archives of old events. An archive is one stored object with consecutive sealed blocks, formatted like export lines.
// archive-events.ts writes them.
import { and, asc, desc, eq, gte } from 'drizzle-orm';
import type { OrganizationId } from '../core/ids.ts';
import { eventArchives } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';

export type EventArchive = typeof eventArchives.$inferSelect;

/** Returns an archive's key. Blocks never change, so neither does the object under a key. Keys sort in chain order. */
export function eventArchiveKey({
  organizationId,
  firstBlock,
  lastBlock,
}: Pick<EventArchive, 'organizationId' | 'firstBlock' | 'lastBlock'>): string {
  const number = (block: number) => String(block).padStart(10, '0');
  return `events/${organizationId}/${number(firstBlock)}-${number(lastBlock)}.ndjson`;
}

/** Selects the archive with this block, and all later ones. */
export function selectArchives(db: Deps['db'], organizationId: OrganizationId, fromBlock: number, limit: number) {
  return db
    .select()
    .from(eventArchives)
    .where(and(eq(eventArchives.organizationId, organizationId), gte(eventArchives.lastBlock, fromBlock)))
    .orderBy(asc(eventArchives.lastBlock))
    .limit(limit);
}

/** Selects the newest archive. Event lists start after its last event. */
export function selectNewestArchive(db: Deps['db'], organizationId: OrganizationId) {
  return db
    .select()
    .from(eventArchives)
    .where(eq(eventArchives.organizationId, organizationId))
    .orderBy(desc(eventArchives.lastBlock))
    .limit(1);
}

/** Reads an archive's lines, each with its line feed. */
export async function readArchive({ blobs }: Pick<Deps, 'blobs'>, archive: EventArchive): Promise<string> {
  const key = eventArchiveKey(archive);
  const object = await blobs.get(key);
  if (!object) throw new Error(`${key} is missing from the store`);
  return object.text();
}

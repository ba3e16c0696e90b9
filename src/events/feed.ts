// Lists the events that a key may see. Archived events are available only through the export (export.ts).
import { and, asc, desc, eq, gt, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { eventTypeSchema } from '../contract/events/events.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../core/page.ts';
import { Problem } from '../core/problem.ts';
import { readTogether, unionAll } from '../db/client.ts';
import { events } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import { selectNewestArchive } from './event-archives.ts';
import type { EventRow } from './event-line.ts';

export interface EventFilter {
  /** A type, or a prefix ending in a period. */
  type?: string | undefined;
  subjectId?: string | undefined;
  namespaceId?: string | undefined;
  since?: number | undefined;
  /** Exclusive. */
  until?: number | undefined;
}

/** The reader's organization, and the namespaces its key is restricted to; null for no restriction. */
export interface Reader {
  organizationId: OrganizationId;
  namespaceIds: ReadonlySet<NamespaceId> | null;
}

export interface EventPage extends Page<EventRow> {
  /** Time of the last archived event, which only the export includes; null for none. */
  archivedUntil: number | null;
}

export async function listEvents(
  { db }: Pick<Deps, 'db'>,
  reader: Reader,
  filter: EventFilter,
  { limit, cursor, order }: PageRequest & { order: 'asc' | 'desc' },
): Promise<EventPage> {
  const isLast = and(eq(events.id, sql`${cursor ?? ''}`), eq(events.organizationId, reader.organizationId));
  const last = db.select({ seq: events.seq }).from(events).where(isLast);
  const beyond = order === 'asc' ? gt(events.seq, sql`(${last})`) : lt(events.seq, sql`(${last})`);
  const inOrder = order === 'asc' ? asc(events.seq) : desc(events.seq);
  const which = and(readableBy(reader), matchesFilter(filter), cursor === undefined ? undefined : beyond);
  const part = (condition: SQL) =>
    sql`select * from (select ${events.seq} from ${events} where ${and(which, condition)} order by ${inOrder} limit ${limit + 1})`;
  const parts = indexedParts(reader, filter)?.map(part);
  const found = await readTogether(db, {
    rows: db
      .select()
      .from(events)
      .where(parts && parts.length > 0 ? sql`${events.seq} in (${unionAll(parts)})` : which)
      .orderBy(inOrder)
      .limit(limit + 1),
    archives: selectNewestArchive(db, reader.organizationId),
    last,
  });
  const [archive] = found.archives;
  const isKnown = cursor === undefined || found.last.length > 0;
  if (!isKnown && !archive) throw unknownCursor();
  if (!isKnown && archive && order === 'asc') throw archivedCursor(archive.lastBlock);
  const page = toPage(found.rows, limit, ({ id }) => id);
  return { ...page, archivedUntil: archive?.lastEventAt ?? null };
}

/** A cursor is the ID of an event, since the numbers of rows depend on the database. */
function unknownCursor(): Problem {
  const message = 'The cursor is not from a list of these events';
  return new Problem('invalid-request', message, {
    fields: [{ path: ['query', 'cursor'], message, type: 'unknown' }],
  });
}

/** Rejects a cursor that points to archived events, so that a reader that continues from it doesn't miss any. */
function archivedCursor(lastBlock: number): Problem {
  const message = `Events after this cursor have been archived since. Export them with GET /v1/events/export, up to block ${lastBlock}, then list without a cursor.`;
  return new Problem('invalid-request', message, {
    fields: [{ path: ['query', 'cursor'], message, type: 'archived' }],
  });
}

/** Returns conditions that together cover the filter, each served by an index in list order; undefined for the whole organization. */
function indexedParts({ namespaceIds }: Reader, { type, subjectId, namespaceId }: EventFilter): SQL[] | undefined {
  if (subjectId !== undefined) return undefined;
  if (type !== undefined) return matchingTypes(type).map((one) => sql`${events.type} = ${one}`);
  const places = namespaceId === undefined ? namespaceIds : [namespaceId];
  return places === null ? undefined : [...places].map((id) => sql`${events.namespaceId} = ${id}`);
}

/** Returns the types that a filter matches. An unknown type matches no events. */
export function matchingTypes(filter: string): string[] {
  const known = eventTypeSchema.options.filter((type) => filter.endsWith('.') && type.startsWith(filter));
  return known.length > 0 ? known : [filter];
}

function readableBy({ organizationId, namespaceIds }: Reader): SQL | undefined {
  return and(
    eq(events.organizationId, organizationId),
    namespaceIds === null ? undefined : inArray(events.namespaceId, [...namespaceIds]),
  );
}

function matchesFilter({ subjectId, namespaceId, since, until }: EventFilter): SQL | undefined {
  return and(
    subjectId === undefined ? undefined : eq(events.subjectId, subjectId),
    namespaceId === undefined ? undefined : eq(sql`${events.namespaceId}`, namespaceId),
    since === undefined ? undefined : gte(events.createdAt, since),
    until === undefined ? undefined : lt(events.createdAt, until),
  );
}

/** SQL: the type equals the filter, or starts with a filter that ends in a period. */
export function matchesType(type: SQL, filter: SQL): SQL {
  return sql`(${type} = ${filter} or (substr(${filter}, -1) = '.' and substr(${type}, 1, length(${filter})) = ${filter}))`;
}

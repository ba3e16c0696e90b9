// Lists events that a key may see, and exports all events of an organization with their blocks, for verification.
import { and, asc, desc, eq, gt, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { eventTypeSchema } from '../contract/events.ts';
import { canonicalJson } from '../core/canonical-json.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../core/page.ts';
import { readTogether, unionAll } from '../db/client.ts';
import { eventBlocks, events } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import { type EventRow, eventLine } from './event-line.ts';
import { type BlockRow, formatBlock } from './seal.ts';

export interface EventFilter {
  /** A type, or a prefix that ends in a full stop. */
  type?: string;
  subjectId?: string;
  namespaceId?: string;
  since?: number;
  /** Exclusive. */
  until?: number;
}

/** The organization of the reader, and the namespaces to which its key is restricted; null for none. */
export interface Reader {
  organizationId: OrganizationId;
  namespaceIds: ReadonlySet<NamespaceId> | null;
}

export async function listEvents(
  { db }: Pick<Deps, 'db'>,
  reader: Reader,
  filter: EventFilter,
  { limit, cursor, order }: PageRequest & { order: 'asc' | 'desc' },
): Promise<Page<EventRow>> {
  const after = Number(cursor);
  const beyond = order === 'asc' ? gt(events.seq, after) : lt(events.seq, after);
  const inOrder = order === 'asc' ? asc(events.seq) : desc(events.seq);
  const which = and(readableBy(reader), matchesFilter(filter), Number.isSafeInteger(after) ? beyond : undefined);
  const part = (condition: SQL) =>
    sql`select * from (select ${events.seq} from ${events} where ${and(which, condition)} order by ${inOrder} limit ${limit + 1})`;
  const parts = indexedParts(reader, filter)?.map(part);
  const rows = await db
    .select()
    .from(events)
    .where(parts && parts.length > 0 ? sql`${events.seq} in (${unionAll(parts)})` : which)
    .orderBy(inOrder)
    .limit(limit + 1);
  return pageOf(rows, limit, ({ seq }) => String(seq));
}

/** Conditions of which each has an index in the order of the list, and which together have all events of the filter; undefined: the whole organization. */
function indexedParts({ namespaceIds }: Reader, { type, subjectId, namespaceId }: EventFilter): SQL[] | undefined {
  if (subjectId !== undefined) return undefined;
  if (type !== undefined) return typesOf(type).map((one) => sql`${events.type} = ${one}`);
  const places = namespaceId === undefined ? namespaceIds : [namespaceId];
  return places === null ? undefined : [...places].map((id) => sql`${events.namespaceId} = ${id}`);
}

/** The types that a filter matches. A type that is not known has no events. */
export function typesOf(filter: string): string[] {
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

/** SQL: the type equals the filter, or starts with a filter that ends in a full stop. */
export function matchesType(type: SQL, filter: SQL): SQL {
  return sql`(${type} = ${filter} or (substr(${filter}, -1) = '.' and substr(${type}, 1, length(${filter})) = ${filter}))`;
}

const pageSize = 1000;
const encoder = new TextEncoder();

/** Streams NDJSON: events in commit order, each block right after its last event, and a last line with the counts. */
export function exportEvents(deps: Pick<Deps, 'db'>, organizationId: OrganizationId, fromBlock: number) {
  const lines = exportLines(deps, organizationId, fromBlock);
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => {
      await lines.return();
    },
  });
}

async function* exportLines(
  { db }: Pick<Deps, 'db'>,
  organizationId: OrganizationId,
  fromBlock: number,
): AsyncGenerator<string, void> {
  const ofOrganization = eq(eventBlocks.organizationId, organizationId);
  const [before] = await db
    .select({ lastSeq: sql<number | null>`max(${eventBlocks.lastSeq})` })
    .from(eventBlocks)
    .where(and(ofOrganization, lt(eventBlocks.number, fromBlock)));
  let seq = before?.lastSeq ?? 0;
  let number = fromBlock - 1;
  const end = { events: 0, blocks: 0 };
  for (let more = true; more; ) {
    const { rows, blocks } = await readTogether(db, {
      rows: db
        .select()
        .from(events)
        .where(and(eq(events.organizationId, organizationId), gt(events.seq, seq)))
        .orderBy(asc(events.seq))
        .limit(pageSize),
      blocks: db
        .select()
        .from(eventBlocks)
        .where(and(ofOrganization, gt(eventBlocks.number, number)))
        .orderBy(asc(eventBlocks.number))
        .limit(pageSize),
    });
    more = rows.length === pageSize || blocks.length === pageSize;
    const page = mergeLines(
      rows,
      more ? blocks.filter(({ lastSeq }) => lastSeq <= (rows.at(-1)?.seq ?? lastSeq)) : blocks,
    );
    yield page.map((line) => `${line}\n`).join('');
    seq = rows.at(-1)?.seq ?? seq;
    end.events += rows.length;
    end.blocks += page.length - rows.length;
    number += page.length - rows.length;
  }
  yield `${canonicalJson({ end })}\n`;
}

/** Places each block after its last event, even if that event is missing, so that verification detects it. */
function mergeLines(rows: EventRow[], blocks: BlockRow[]): string[] {
  const placed = [
    ...rows.map((row) => ({ seq: row.seq, line: eventLine(row) })),
    ...blocks.map((block) => ({ seq: block.lastSeq, line: canonicalJson({ block: formatBlock(block) }) })),
  ];
  return placed.sort((a, b) => a.seq - b.seq).map(({ line }) => line);
}

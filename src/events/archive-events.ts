// Moves sealed blocks past their retention from the database to the store, in the order of each organization's chain. Stores an object
// before deleting its rows. *Dies in between:* the next sweep that day stores the same object again. A sweep on a later day may add
// blocks to the archive, and deletes the object that no row names.
import { and, asc, eq, gt, lt, lte, type SQL, sql } from 'drizzle-orm';
import { genesisHash, hashBlock } from '../contract/events/event-block.ts';
import { eventArchiving } from '../contract/limits/events.ts';
import { sha256Hex } from '../core/digest.ts';
import type { OrganizationId } from '../core/ids.ts';
import { insertWhere, readTogether, writeAndRead } from '../db/client.ts';
import { eventArchives, eventBlocks, events } from '../db/schema/events.ts';
import { readWalk, recordWalk } from '../db/walks.ts';
import type { Deps } from '../deps.ts';
import { type EventArchive, eventArchiveKey, selectNewestArchive } from './event-archives.ts';
import { type EventRow, eventLine } from './event-line.ts';
import { type BlockRow, blockLine, formatBlock } from './seal.ts';

type Limits = Record<keyof typeof eventArchiving, number>;
type ArchiveDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'log' | 'retention' | 'features'> & { limits: Limits };

interface Visited {
  id: OrganizationId;
  /** Time when the organization's oldest block in the database was sealed. */
  sealedAt: number;
}

const dayMs = 86_400_000;
export const eventArchivesWalk = 'event archives';

/** Visits the next organizations and archives their due blocks. Continues where the last sweep stopped. */
export async function archiveEvents(
  given: Omit<ArchiveDeps, 'limits'>,
  limits: Limits = eventArchiving,
): Promise<void> {
  const deps = { ...given, limits };
  const { db } = deps;
  const before = await readWalk(db, eventArchivesWalk);
  const after = before ?? '';
  const visited = await db.all<Visited>(visit(after, limits.organizationsAtOnce));
  const budget = { archives: limits.archivesAtOnce };
  let lastKey: string | null = visited.length < limits.organizationsAtOnce ? null : (visited.at(-1)?.id ?? null);
  for (const [i, { id, sealedAt }] of visited.entries()) {
    if (sealedAt >= cutoff(deps)) continue;
    await archiveOrganization(deps, id, budget).catch((cause: unknown) =>
      deps.log.error('sweep.row_failed', { step: archiveEvents.name, id, cause }),
    );
    if (budget.archives > 0) continue;
    lastKey = visited[i - 1]?.id ?? after; // an empty key makes the next sweep start over
    break;
  }
  if (lastKey !== before) await recordWalk(db, eventArchivesWalk, lastKey);
}

/** SQL: the next organizations with blocks, found one by one along the primary key. */
function visit(after: string, organizations: number): SQL {
  const next = (behind: SQL) =>
    sql`select min(${eventBlocks.organizationId}) from ${eventBlocks} where ${eventBlocks.organizationId} > ${behind}`;
  const oldest = sql`select ${eventBlocks.sealedAt} from ${eventBlocks} where ${eventBlocks.organizationId} = found.id order by ${eventBlocks.number} limit 1`;
  return sql`with recursive found(id) as (${next(sql`${after}`)}
      union all select (${next(sql`found.id`)}) from found where found.id is not null limit ${organizations})
    select id, (${oldest}) as "sealedAt" from found where id is not null`;
}

/**
 * Returns the time before which sealed blocks are archived. It advances once a day, so that an archive holds at least a day's blocks.
 */
function cutoff({ clock, retention }: ArchiveDeps): number {
  return Math.floor((clock.now() - retention.eventsMs) / dayMs) * dayMs;
}

/** Archives an organization's due blocks within the sweep's budget. */
async function archiveOrganization(deps: ArchiveDeps, id: OrganizationId, budget: { archives: number }): Promise<void> {
  while (budget.archives > 0 && (await archiveNext(deps, id))) budget.archives -= 1;
}

/** Archives the organization's oldest blocks, up to the size of one archive. Returns whether there may be more. */
async function archiveNext(deps: ArchiveDeps, organizationId: OrganizationId): Promise<boolean> {
  const { db, limits } = deps;
  const newest = sql`(select max(${eventBlocks.number}) from ${eventBlocks} where ${eventBlocks.organizationId} = ${organizationId})`;
  const found = await readTogether(db, {
    archives: selectNewestArchive(db, organizationId),
    blocks: db
      .select()
      .from(eventBlocks)
      .where(and(eq(eventBlocks.organizationId, organizationId), lt(eventBlocks.number, newest)))
      .orderBy(asc(eventBlocks.number))
      .limit(limits.blocks),
  });
  const blocks = fitting(found.blocks, cutoff(deps), limits.events);
  const last = blocks.at(-1);
  if (!last) return false;
  const [before] = found.archives;
  const inArchive = and(
    eq(events.organizationId, organizationId),
    gt(events.seq, before?.lastSeq ?? 0),
    lte(events.seq, last.lastSeq),
  );
  const rows = await db
    .select()
    .from(events)
    .where(inArchive)
    .orderBy(asc(events.seq))
    .limit(sum(blocks) + 1);
  const text = await verifiedLines(blocks, rows, before);
  const lastEventAt = rows.at(-1)?.createdAt ?? last.sealedAt;
  for (const { beforeArchiving } of deps.features)
    if (beforeArchiving && !(await beforeArchiving(db, { organizationId, lastEventAt }))) return false;
  await moveRows(deps, { blocks, before, lastEventAt, text, inArchive });
  return true;
}

/** Returns the first blocks that are old enough and fit into one archive. */
function fitting(blocks: BlockRow[], sealedBefore: number, eventsMax: number): BlockRow[] {
  let total = 0;
  const end = blocks.findIndex(({ events: sealed, sealedAt }, i) => {
    total += sealed;
    return sealedAt >= sealedBefore || (i > 0 && total > eventsMax);
  });
  return end === -1 ? blocks : blocks.slice(0, end);
}

/** Formats the blocks like an export. Verifies the chain first, so that tampered rows stay where an operator can inspect them. */
async function verifiedLines(blocks: BlockRow[], rows: EventRow[], before: EventArchive | undefined): Promise<string> {
  let previous = { number: before?.lastBlock ?? 0, hash: before?.lastHash ?? genesisHash };
  let text = '';
  let seq = 0;
  for (const block of blocks) {
    const own = rows.filter((row) => row.seq > seq && row.seq <= block.lastSeq).map(eventLine);
    const follows = block.number === previous.number + 1 && block.previous === previous.hash;
    if (!follows || own.length !== block.events || block.hash !== (await hashBlock(formatBlock(block), own)))
      throw new Error(`the events of block ${block.number} differ from the sealed ones`);
    text += [...own, blockLine(block)].map((line) => `${line}\n`).join('');
    seq = block.lastSeq;
    previous = block;
  }
  return text;
}

function sum(blocks: BlockRow[]): number {
  return blocks.reduce((total, block) => total + block.events, 0);
}

interface Move {
  blocks: BlockRow[];
  before: EventArchive | undefined;
  lastEventAt: number;
  text: string;
  inArchive: SQL | undefined;
}

/**
 * Stores the object, then replaces the blocks' rows with one that names it. If two sweeps collect different blocks, the second changes
 * nothing.
 */
async function moveRows({ db, blobs, clock }: ArchiveDeps, move: Move): Promise<void> {
  const { blocks, before, lastEventAt, text, inArchive } = move;
  const [first] = blocks;
  const last = blocks.at(-1);
  if (!first || !last) return;
  const { organizationId } = first;
  const sha256 = await sha256Hex(text);
  const archive: EventArchive = {
    organizationId,
    firstBlock: first.number,
    lastBlock: last.number,
    lastHash: last.hash,
    lastSeq: last.lastSeq,
    lastEventAt,
    events: sum(blocks),
    sha256,
    archivedAt: clock.now(),
  };
  await blobs.put(eventArchiveKey(archive), text, { sha256, httpMetadata: { contentType: 'application/x-ndjson' } });
  const ofOrganization = eq(eventArchives.organizationId, organizationId);
  const newest = sql`coalesce((select max(${eventArchives.lastBlock}) from ${eventArchives} where ${ofOrganization}), 0)`;
  const isMoved = sql`exists (select 1 from ${eventArchives} where ${ofOrganization} and ${eventArchives.lastBlock} = ${last.number} and ${eventArchives.sha256} = ${sha256})`;
  const writes = [
    insertWhere(db, eventArchives, archive, sql`${newest} = ${before?.lastBlock ?? 0}`),
    db.delete(events).where(and(inArchive, isMoved)),
    db
      .delete(eventBlocks)
      .where(and(eq(eventBlocks.organizationId, organizationId), lte(eventBlocks.number, last.number), isMoved)),
  ];
  const { moved } = await writeAndRead(db, writes, {
    moved: db.select().from(eventArchives).where(and(ofOrganization, isMoved)).limit(1),
  });
  if (moved.length > 0) await deleteOthersOf(blobs, archive);
}

/** Deletes other objects that begin with the same block, left by workers that died. No row can name them anymore. */
async function deleteOthersOf(blobs: Deps['blobs'], archive: EventArchive): Promise<void> {
  const own = eventArchiveKey(archive);
  const page = await blobs.list({ prefix: own.slice(0, own.lastIndexOf('-') + 1) });
  const others = page.objects.map(({ key }) => key).filter((key) => key !== own);
  if (others.length > 0) await blobs.delete(others);
}

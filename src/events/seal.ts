// Seals events in blocks, one chain per organization. Events are in commit order, so none can be inserted before a sealed one. If two
// sweeps seal the same events, only one writes the block.
import { asc, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type EventBlock, genesisHash, hashBlock } from '../contract/events/event-block.ts';
import { sealing } from '../contract/limits/events.ts';
import { iso } from '../core/clock.ts';
import { canonicalJson } from '../core/json/canonical.ts';
import { readTogether } from '../db/client.ts';
import { eventBlocks, events, progress } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { eventLine } from './event-line.ts';

export type BlockRow = typeof eventBlocks.$inferSelect;

type SealDeps = Pick<Deps, 'db' | 'clock'>;

export const eventsStep: DueStep = { step: sealEvents, due: () => [unsealedEvent] };

/** Seals all organizations' events in commit order, from where the last sweep stopped. */
export async function sealEvents(deps: SealDeps): Promise<void> {
  for (let round = 0; round < sealing.roundsMax && (await sealRound(deps)); round++);
}

/** SQL: the `seq` of the last sealed event. Every earlier event is sealed too. */
const sealedSeq = sql<number>`coalesce((select ${progress.seq} from ${progress} where ${progress.work} = 'sealing'), 0)`;

/** SQL: an unsealed event. */
const unsealedEvent = sql`select ${events.seq} from ${events} where ${events.seq} > ${sealedSeq} limit 1`;

/**
 * Seals the next events that are old enough, in one or more blocks per organization. Returns whether there may be more. If two sweeps
 * seal the same events, the second sweep's batch changes nothing.
 */
async function sealRound({ db, clock }: SealDeps): Promise<boolean> {
  const now = clock.now();
  const isFirstYoung = sql`coalesce((select ${events.createdAt} > ${now - sealing.graceMs} and ${events.createdAt} <= ${now}
    from ${events} where ${events.seq} > ${sealedSeq} order by ${events.seq} limit 1), 0)`;
  const inRound = sql`select ${events.organizationId} as id from ${events} where ${events.seq} > ${sealedSeq} and not ${isFirstYoung} order by ${events.seq} limit ${sealing.roundEvents}`;
  const last = sql`(select max(${earlier.number}) from ${eventBlocks} ${earlier} where ${earlier.organizationId} = active.id)`;
  const found = await readTogether(db, {
    sealed: db.select({ seq: sealedSeq.as('seq') }).from(sql`(select 1)`),
    unsealed: db
      .select()
      .from(events)
      .where(sql`${events.seq} > ${sealedSeq} and not ${isFirstYoung}`)
      .orderBy(asc(events.seq))
      .limit(sealing.roundEvents),
    newest: db
      .select()
      .from(eventBlocks)
      .where(
        sql`(${eventBlocks.organizationId}, ${eventBlocks.number}) in (select active.id, ${last} from (select distinct id from (${inRound})) active)`,
      ),
  });
  const firstYoung = found.unsealed.findIndex(({ createdAt }) => isYoung(createdAt, now));
  const ripe = firstYoung === -1 ? found.unsealed : found.unsealed.slice(0, firstYoung);
  const end = ripe.at(-1)?.seq;
  if (end === undefined) return false;
  const newest = new Map(found.newest.map((block) => [block.organizationId, block]));
  const blocks = await Promise.all(
    [...Map.groupBy(ripe, ({ organizationId }) => organizationId)].map(([id, own]) =>
      nextBlocks(newest.get(id), own, now),
    ),
  );
  const from = found.sealed[0]?.seq ?? 0;
  const rows = sql`json_each(${JSON.stringify(blocks.flat())}) block`;
  const column = (name: keyof BlockRow) => sql`block.value ->> ${sql.raw(`'$.${name}'`)}`;
  await db.batch([
    db.insert(eventBlocks).select(
      sql`select ${column('organizationId')}, ${column('number')}, ${column('previous')}, ${column('hash')}, ${column('events')}, ${column('lastSeq')}, ${column('sealedAt')}
        from ${rows} where ${sealedSeq} = ${from}`,
    ),
    db
      .insert(progress)
      .values({ work: 'sealing', seq: end })
      .onConflictDoUpdate({ target: progress.work, set: { seq: end }, setWhere: eq(progress.seq, from) }),
  ]);
  return ripe.length === sealing.roundEvents;
}

/**
 * A minute's events are sealed together. A future-dated event, from a fast clock, is sealed without waiting; otherwise it would block
 * all later events of all organizations.
 */
function isYoung(createdAt: number, now: number): boolean {
  return createdAt > now - sealing.graceMs && createdAt <= now;
}

const earlier = alias(eventBlocks, 'earlier');

/** Returns the next blocks for an organization's unsealed events. */
async function nextBlocks(
  last: BlockRow | undefined,
  own: (typeof events.$inferSelect)[],
  sealedAt: number,
): Promise<BlockRow[]> {
  const unsealed = own.filter(({ seq }) => seq > (last?.lastSeq ?? 0));
  const blocks: BlockRow[] = [];
  for (let from = 0; from < unsealed.length; from += sealing.blockEvents) {
    const inBlock = unsealed.slice(from, from + sealing.blockEvents);
    blocks.push(await blockAfter(blocks.at(-1) ?? last, inBlock, sealedAt));
  }
  return blocks;
}

async function blockAfter(
  last: BlockRow | undefined,
  inBlock: (typeof events.$inferSelect)[],
  sealedAt: number,
): Promise<BlockRow> {
  const newest = inBlock.at(-1);
  if (!newest) throw new Error('a block needs an event');
  const block = {
    organizationId: newest.organizationId,
    number: (last?.number ?? 0) + 1,
    previous: last?.hash ?? genesisHash,
    events: inBlock.length,
    lastSeq: newest.seq,
    sealedAt,
  };
  return { ...block, hash: await hashBlock(formatBlock({ ...block, hash: '' }), inBlock.map(eventLine)) };
}

/** Formats a block as a line of the export. */
export function blockLine(row: BlockRow): string {
  return canonicalJson({ block: formatBlock(row) });
}

export function formatBlock(row: BlockRow): EventBlock {
  return {
    organization_id: row.organizationId,
    number: row.number,
    previous: row.previous,
    events: row.events,
    sealed_at: iso(row.sealedAt),
    hash: row.hash,
  };
}

// Seals events in blocks, each organization's in a chain of its own. The order is that of their commits, so no event can come to
// stand before one that is sealed. Of two sweeps that seal the same events one writes the block, the other one nothing.
import { and, asc, desc, eq, gt, sql } from 'drizzle-orm';
import { type EventBlock, genesisHash, hashOfBlock } from '../contract/event-block.ts';
import { iso } from '../core/clock.ts';
import type { OrganizationId } from '../core/ids.ts';
import { organizations } from '../db/schema/access.ts';
import { eventBlocks, events } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import { eventLine } from './event-line.ts';

/** An event stays out of blocks for that long: so a block a minute is the most that there is. */
export const graceMs = 60_000;
export const blockEventsMax = 1000;
const organizationsMax = 100;
const blocksMax = 10;

export type BlockRow = typeof eventBlocks.$inferSelect;

type SealDeps = Pick<Deps, 'db' | 'clock'>;

export async function sealEvents(deps: SealDeps): Promise<void> {
  const { db, clock } = deps;
  const firstUnsealed = sql`(
    select e.created_at from events e where e.organization_id = ${organizations.id}
      and e.seq > coalesce((select max(b.last_seq) from event_blocks b where b.organization_id = ${organizations.id}), 0)
    order by e.seq limit 1)`;
  const waiting = await db
    .select({ id: organizations.id })
    .from(organizations)
    .where(sql`${firstUnsealed} <= ${clock.now() - graceMs}`)
    .orderBy(firstUnsealed)
    .limit(organizationsMax);
  for (const { id } of waiting) {
    for (let blocks = 0; blocks < blocksMax && (await sealBlock(deps, id)); blocks++);
  }
}

/** Whether the block is full, so that there may be more to seal. */
async function sealBlock({ db, clock }: SealDeps, organizationId: OrganizationId): Promise<boolean> {
  const lastSeq = sql`coalesce((select max(b.last_seq) from event_blocks b where b.organization_id = ${organizationId}), 0)`;
  const [[last], unsealed] = await db.batch([
    db
      .select()
      .from(eventBlocks)
      .where(eq(eventBlocks.organizationId, organizationId))
      .orderBy(desc(eventBlocks.number))
      .limit(1),
    db
      .select()
      .from(events)
      .where(and(eq(events.organizationId, organizationId), gt(events.seq, lastSeq)))
      .orderBy(asc(events.seq))
      .limit(blockEventsMax),
  ]);
  const now = clock.now();
  const young = unsealed.findIndex((event) => event.createdAt > now - graceMs);
  const sealed = young === -1 ? unsealed : unsealed.slice(0, young);
  const newest = sealed.at(-1);
  if (!newest) return false;
  const block = {
    organizationId,
    number: (last?.number ?? 0) + 1,
    previous: last?.hash ?? genesisHash,
    events: sealed.length,
    lastSeq: newest.seq,
    sealedAt: now,
  };
  const hash = await hashOfBlock(formatBlock({ ...block, hash: '' }), sealed.map(eventLine));
  await db
    .insert(eventBlocks)
    .values({ ...block, hash })
    .onConflictDoNothing();
  return sealed.length === blockEventsMax;
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

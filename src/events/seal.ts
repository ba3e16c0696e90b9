// Seals events in blocks, one chain per organization. Events are in commit order, so none can be inserted before a sealed one. If two
// sweeps seal the same events, only one writes the block.
import { and, asc, desc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { type EventBlock, genesisHash, hashOfBlock } from '../contract/event-block.ts';
import { sealing } from '../contract/limits.ts';
import { iso } from '../core/clock.ts';
import type { OrganizationId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { organizations } from '../db/schema/access.ts';
import { eventBlocks, events } from '../db/schema/events.ts';
import type { Deps } from '../deps.ts';
import { eventLine } from './event-line.ts';

const organizationsMax = 100;
const blocksMax = 10;

export type BlockRow = typeof eventBlocks.$inferSelect;

type SealDeps = Pick<Deps, 'db' | 'clock'>;

export async function sealEvents(deps: SealDeps): Promise<void> {
  const { db, clock } = deps;
  const firstUnsealed = sql`(
    select ${events.createdAt} from ${events} where ${events.organizationId} = ${organizations.id}
      and ${events.seq} > ${lastSealedSeq(sql`${organizations.id}`)} order by ${events.seq} limit 1)`;
  const waiting = await db
    .select({ id: organizations.id })
    .from(organizations)
    .where(sql`${firstUnsealed} <= ${clock.now() - sealing.graceMs}`)
    .orderBy(firstUnsealed)
    .limit(organizationsMax);
  for (const { id } of waiting) {
    for (let blocks = 0; blocks < blocksMax && (await sealBlock(deps, id)); blocks++);
  }
}

/** SQL: the `seq` of the last sealed event, or 0. */
function lastSealedSeq(organizationId: OrganizationId | SQL): SQL<number> {
  return sql<number>`coalesce((select max(${eventBlocks.lastSeq}) from ${eventBlocks} where ${eventBlocks.organizationId} = ${organizationId}), 0)`;
}

/** Seals the next block. Returns whether it is full, so that there may be more events to seal. */
async function sealBlock({ db, clock }: SealDeps, organizationId: OrganizationId): Promise<boolean> {
  const {
    newest: [last],
    unsealed,
  } = await readTogether(db, {
    newest: db
      .select()
      .from(eventBlocks)
      .where(eq(eventBlocks.organizationId, organizationId))
      .orderBy(desc(eventBlocks.number))
      .limit(1),
    unsealed: db
      .select()
      .from(events)
      .where(and(eq(events.organizationId, organizationId), gt(events.seq, lastSealedSeq(organizationId))))
      .orderBy(asc(events.seq))
      .limit(sealing.blockEvents),
  });
  const now = clock.now();
  const firstYoung = unsealed.findIndex((event) => event.createdAt > now - sealing.graceMs);
  const sealed = firstYoung === -1 ? unsealed : unsealed.slice(0, firstYoung);
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
  return sealed.length === sealing.blockEvents;
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

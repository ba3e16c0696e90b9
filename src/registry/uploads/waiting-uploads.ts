// Lets uploads of one organization wait while the queue works on others of it, so that they do not delay those of other organizations.
import { and, asc, eq, lt, lte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { sweepGraceMs, uploadLimits } from '../../contract/limits.ts';
import type { OrganizationId, UploadId } from '../../core/ids.ts';
import { isUnleased } from '../../db/lease.ts';
import { uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

const running = alias(uploads, 'running');

/** SQL: fewer uploads of the organization are in progress than the queue may work on. */
export function hasFreeWorker(id: UploadId, now: number): SQL {
  const organization = sql`(select ${uploads.organizationId} from ${uploads} where ${uploads.id} = ${id})`;
  const inProgress = sql`${running.organizationId} = ${organization} and ${running.status} = 'confirming' and ${running.leaseUntil} > ${now}`;
  return sql`(select count(*) from ${uploads} ${running} where ${inProgress}) < ${uploadLimits.perOrganizationAtOnce}`;
}

/**
 * Sends the organization's upload that waits longest for a worker, when one becomes free. If it dies first, the sweep sends what waits.
 * An upload that failed before has a message of its own, which comes later.
 */
export async function sendWaitingUpload(
  { db, clock, queues }: Pick<Deps, 'db' | 'clock' | 'queues'>,
  organizationId: OrganizationId,
): Promise<void> {
  const [waiting] = await db
    .select({ id: uploads.id })
    .from(uploads)
    .where(
      and(
        eq(uploads.organizationId, organizationId),
        sql`${uploads.status} = 'confirming'`,
        isUnleased(uploads, clock.now()),
        eq(uploads.attempts, 0),
      ),
    )
    .orderBy(asc(uploads.leaseUntil))
    .limit(1);
  if (waiting) await queues.scans.send({ v: 1, type: 'advance-upload', id: waiting.id });
}

/** Selects uploads that no worker holds, oldest first: of each organization as many as the queue works on at the same time. */
export function selectUnclaimed(db: Deps['db'], now: number) {
  const unclaimed = and(
    eq(uploads.status, 'confirming'),
    isUnleased(uploads, now),
    lt(uploads.updatedAt, now - sweepGraceMs),
  );
  const ranked = db
    .select({
      id: uploads.id,
      updatedAt: uploads.updatedAt,
      rank: sql<number>`row_number() over (partition by ${uploads.organizationId} order by ${uploads.updatedAt})`.as(
        'rank',
      ),
    })
    .from(uploads)
    .where(unclaimed)
    .as('ranked');
  return db
    .select({ id: ranked.id })
    .from(ranked)
    .where(lte(ranked.rank, uploadLimits.perOrganizationAtOnce))
    .orderBy(asc(ranked.updatedAt))
    .limit(100);
}

// Makes an organization's uploads wait while the queue works on its other uploads, so that they don't delay other organizations.
import { and, asc, eq, lt, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { sweepGraceMs } from '../../contract/limits/leases.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import type { OrganizationId, UploadId } from '../../core/ids.ts';
import { fewPerOrganization } from '../../db/by-organization.ts';
import { isUnleased } from '../../db/lease.ts';
import { uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

const running = alias(uploads, 'running');
const lookedAt = alias(uploads, 'looked_at');

/** SQL: the organization has fewer uploads in progress than the queue's limit. */
export function hasFreeWorker(id: UploadId, now: number): SQL {
  const organization = sql`(select ${uploads.organizationId} from ${uploads} where ${uploads.id} = ${id})`;
  const inProgress = sql`${running.organizationId} = ${organization} and ${running.status} = 'confirming' and ${running.leaseUntil} > ${now}`;
  return sql`(select count(*) from ${uploads} ${running} where ${inProgress}) < ${uploadLimits.perOrganizationAtOnce}`;
}

type UploadsOrAlias = Record<'ownerId' | 'kind' | 'name' | 'major' | 'minor' | 'patch', SQLWrapper>;

/**
 * SQL: no earlier install of the same name is still in progress. Version numbers show which is earlier, because the database assigns
 * them in ascending order.
 */
export function isItsTurn({ ownerId, kind, name, major, minor, patch }: UploadsOrAlias = uploads): SQL {
  const earlier = alias(uploads, 'earlier');
  const isEarlier = sql`(${earlier.major}, ${earlier.minor}, ${earlier.patch}) < (${major}, ${minor}, ${patch})`;
  return sql`(${kind} not in ('pipeline', 'storage') or not exists (select 1 from ${uploads} ${earlier}
    where ${earlier.ownerId} = ${ownerId} and ${earlier.kind} = ${kind} and ${earlier.name} = ${name} and ${earlier.status} = 'confirming' and ${isEarlier}))`;
}

/**
 * Sends the organization's longest-waiting upload when a worker becomes free. If the worker dies first, the sweep sends it. An upload
 * that failed before is left out, because its own message comes later.
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
        isItsTurn(),
      ),
    )
    .orderBy(asc(uploads.leaseUntil))
    .limit(1);
  if (waiting) await queues.scans.send({ v: 1, type: 'advance-upload', id: waiting.id });
}

/** Selects uploads without a worker, oldest first, up to each organization's concurrency limit. */
export function selectUnclaimed(db: Deps['db'], now: number) {
  const { id, leaseUntil, organizationId, updatedAt } = uploads;
  const unclaimed = fewPerOrganization({
    table: uploads,
    lookedAt,
    organizationId,
    orderedBy: leaseUntil,
    isWaiting: sql`${uploads.status} = 'confirming'`,
    isDue: and(isUnleased(lookedAt, now), lt(lookedAt.updatedAt, now - sweepGraceMs), isItsTurn(lookedAt)),
    perOrganization: uploadLimits.perOrganizationAtOnce,
  });
  return db.select({ id }).from(uploads).where(sql`${id} in (${unclaimed})`).orderBy(asc(updatedAt)).limit(100);
}

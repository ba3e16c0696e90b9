// Claims, reopens and releases uploads. An upload becomes a version if its verdict allows it (outcomes.ts): open → confirming →
// accepted | rejected | expired.
import { and, eq, or, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { type ActorRef, systemActor } from '../../contract/actor.ts';
import { leases } from '../../contract/limits/leases.ts';
import type { OrganizationId, UploadId, VersionId } from '../../core/ids.ts';
import { keptTrace } from '../../core/trace-context.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { isUnleased, keepLease, type Lease, newLease, released, renewAtCheckpoints } from '../../db/lease.ts';
import { namespaces } from '../../db/schema/access.ts';
import { type OwnerId, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, type OutboxMessage, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { hasFreeWorker, isItsTurn } from './waiting-uploads.ts';

export type Upload = typeof uploads.$inferSelect;

/** An upload for the queue to process. */
export interface EnqueuedUpload {
  upload: Upload;
  message: OutboxMessage;
}

/** SQL: the ID of the upload that published the version. Later ones of the same content name it too. */
export function firstUploadId({ id }: { id: VersionId }): SQL<Upload['id']> {
  return sql<Upload['id']>`(select min(${uploads.id}) from ${uploads} where ${uploads.versionId} = ${id})`;
}

export function uploadKey(id: UploadId): string {
  return `uploads/${id}`;
}

/** Returns the key of the zip into which a large tar.gz is repacked, until that is stored under its digest. */
export function repackedKey(id: UploadId): string {
  return `uploads/${id}.zip`;
}

/** A client's confirmation: facts about the object to check, and a message for the version. */
export interface Confirmation {
  etag: string | null;
  sizeBytes: number | null;
  message: string | null;
}

export interface Claim {
  upload: Upload;
  lease: Lease;
}

/** Scope of a claim: the owner's uploads for a request, any upload for the queue consumer. */
export type UploadScope =
  | { ownerId: OwnerId; organizationId: OrganizationId; actor: ActorRef; pluginPattern?: string | null }
  | 'any';

/** Returns the uploads that the actor may confirm: a CI job's are those of its plugins. */
export function uploadScope({ organizationId, pluginPattern, ref }: Actor, ownerId: OwnerId): UploadScope {
  return { ownerId, organizationId, actor: ref, pluginPattern };
}

/** SQL: the upload's namespace has not been deleted. */
const ownerNotDeleted = sql`not exists (select 1 from ${namespaces} where ${namespaces.id} = ${uploads.ownerId} and ${namespaces.deletedAt} is not null)`;

/**
 * Claims an open upload, or one in progress whose lease has expired. Returns no row if this owner has no such upload. Returns the row
 * without a claim if the upload has finished, another worker holds the lease, or it must wait (`sendWaitingUpload`). It must wait while
 * its organization has `perOrganizationAtOnce` uploads in progress, or while an earlier install of its name is in progress.
 */
export async function claimUpload(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'trace'>,
  id: UploadId,
  scope: UploadScope,
  confirmation?: Confirmation,
): Promise<{ claim?: Claim; upload: Upload | undefined }> {
  const { db, clock } = deps;
  const now = clock.now();
  const lease = newLease(uploads, id, leases.upload, now);
  const inScope = and(eq(uploads.id, id), isInScope(scope));
  const confirmed = confirmation && {
    expectedEtag: confirmation.etag,
    expectedBytes: confirmation.sizeBytes,
    ...(confirmation.message === null ? {} : { message: confirmation.message }),
  };
  const {
    found: [upload],
  } = await writeAndRead(
    db,
    [
      db
        .update(uploads)
        .set({
          ...confirmed,
          ...(scope === 'any' ? {} : { traceparent: keptTrace(deps.trace) }),
          ...lease.taken,
          status: 'confirming',
          confirmedAt: sql`case when ${uploads.status} = 'open' then ${now} else ${uploads.confirmedAt} end`,
          attempts: sql`${uploads.attempts} + 1`,
          updatedAt: now,
        })
        .where(
          and(inScope, isClaimable(scope, now), scope === 'any' ? and(hasFreeWorker(id, now), isItsTurn()) : undefined),
        ),
      record(
        deps,
        { ...uploadEvent(id, scope === 'any' ? systemActor : scope.actor), type: 'upload.confirming' },
        previousChanged,
      ),
    ],
    { found: db.select().from(uploads).where(inScope) },
  );
  return upload?.leaseToken === lease.token ? { claim: { upload, lease }, upload } : { upload };
}

/** SQL: the upload is in the scope, and its namespace has not been deleted. */
function isInScope(scope: UploadScope): SQL | undefined {
  if (scope === 'any') return ownerNotDeleted;
  const { organizationId, ownerId, pluginPattern } = scope;
  const isNamed = pluginPattern ? hasPluginName(pluginPattern) : undefined;
  return and(eq(uploads.ownerId, ownerId), eq(uploads.organizationId, organizationId), ownerNotDeleted, isNamed);
}

/** SQL: the pattern covers the upload's plugin, as in `coversPlugin`. */
function hasPluginName(pattern: string): SQL {
  if (!pattern.endsWith('*')) return sql`${uploads.name} = ${pattern}`;
  const prefix = pattern.slice(0, -1);
  return sql`substr(${uploads.name}, 1, ${prefix.length}) = ${prefix}`;
}

/**
 * SQL: the upload may be claimed. Only a client's confirmation starts the work, so that a late message can't claim a reopened upload
 * (invariant 1).
 */
function isClaimable(scope: UploadScope, now: number): SQL | undefined {
  const isAbandoned = and(eq(uploads.status, 'confirming'), isUnleased(uploads, now));
  return scope === 'any' ? isAbandoned : or(eq(uploads.status, 'open'), isAbandoned);
}

/** SQL: the claim still holds the lease. A condition of every write that finishes an upload. */
export function holdsLease({ lease }: Claim): SQL | undefined {
  return and(lease.isHeld, eq(uploads.status, 'confirming'));
}

/** Thrown to end a request's work when its time is up; the queue continues it. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Returns a checkpoint that renews the lease when due. It throws OutOfTime at the deadline. */
export function renewUploadLease(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  claim: Claim,
  deadline: number,
): () => Promise<void> {
  const renew = (leaseUntil: number) => db.update(uploads).set({ leaseUntil }).where(holdsLease(claim));
  return renewAtCheckpoints(clock, leases.upload, renew, (now) => {
    if (now >= deadline) throw new OutOfTime();
  });
}

/** Runs `work` while renewing the lease, for waits without a checkpoint, such as a fetch or a build. */
export function withUploadLease<Result>(
  deps: Pick<Deps, 'db' | 'clock' | 'log'>,
  claim: Claim,
  work: () => Promise<Result>,
): Promise<Result> {
  return keepLease(deps, claim.lease, leases.upload, work);
}

/** Reopens the upload as if it had never been claimed, for failures unrelated to its content. */
export async function reopenUpload(deps: Pick<Deps, 'db' | 'clock' | 'ids'>, claim: Claim): Promise<void> {
  const { db, clock } = deps;
  await db.batch([
    db
      .update(uploads)
      .set({
        ...released,
        status: 'open',
        attempts: claim.upload.attempts - 1,
        updatedAt: clock.now(),
      })
      .where(holdsLease(claim)),
    record(deps, { ...uploadEvent(claim.upload.id, systemActor), type: 'upload.reopened' }, previousChanged),
  ]);
}

/** Releases the lease after an internal error, so that the next message can claim the upload. Counts as an attempt. */
export async function releaseUpload({ db, clock }: Pick<Deps, 'db' | 'clock'>, claim: Claim): Promise<void> {
  await db
    .update(uploads)
    .set({ ...released, updatedAt: clock.now() })
    .where(holdsLease(claim));
}

/** Hands the upload over to the queue: releases the lease and sends a message. Doesn't count as an attempt. */
export async function requeueUpload(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log'>,
  claim: Claim,
): Promise<void> {
  const { db, clock } = deps;
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'advance-upload', id: claim.upload.id });
  await db.batch([
    db
      .update(uploads)
      .set({ ...released, attempts: claim.upload.attempts - 1, updatedAt: clock.now() })
      .where(holdsLease(claim)),
    enqueue(deps, message, previousChanged),
  ]);
  await sendNow(deps, message);
}

/** Returns event fields for writers that know only the ID; the organization and namespace come from the row. */
export function uploadEvent(id: UploadId, actor: ActorRef) {
  return {
    organizationId: sql`(select ${uploads.organizationId} from ${uploads} where ${uploads.id} = ${id})`,
    namespaceId: sql`(select ${uploads.ownerId} from ${uploads} where ${uploads.id} = ${id} and ${uploads.ownerId} <> ${uploads.organizationId})`,
    actor,
    subjectId: id,
  };
}

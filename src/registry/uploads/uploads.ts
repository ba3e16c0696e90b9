// Opens, claims, reopens and expires uploads. An upload becomes a version when its verdict allows it (outcomes.ts):
// open → confirming → accepted | rejected | expired.
import { and, eq, lt, or, type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../../access/owners.ts';
import { type ActorRef, systemActor } from '../../contract/events/events.ts';
import { leases, sweepLimits } from '../../contract/limits/leases.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { OrganizationId, UploadId } from '../../core/ids.ts';
import { insertWhere, previousChanged, readTogether, writeAndRead } from '../../db/client.ts';
import { isUnleased, keepLease, type Lease, newLease, released, renewAtCheckpoints } from '../../db/lease.ts';
import { namespaces } from '../../db/schema/access.ts';
import { isUnderWay, type OwnerId, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { eachApart } from '../../events/each-apart.ts';
import { enqueue, type OutboxMessage, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { sendAll } from '../../events/send-all.ts';
import { hasFreeWorker, isItsTurn, selectUnclaimed } from './waiting-uploads.ts';

export type Upload = typeof uploads.$inferSelect;

/** An upload that the queue is to work on. */
export interface EnqueuedUpload {
  upload: Upload;
  message: OutboxMessage;
}

export function uploadKey(id: UploadId): string {
  return `uploads/${id}`;
}

/** The zip that a large tar.gz is repacked into, until it is stored under its digest. */
export function repackedKey(id: UploadId): string {
  return `uploads/${id}.zip`;
}

export interface NewUpload {
  ownerId: OwnerId;
  organizationId: Upload['organizationId'];
  kind: PluginKind;
  name: string;
  /** Defaults to the patch after the highest published or pending version, or to 1.0.0 (D13). */
  version?: { major: number; minor: number; patch: number };
  description: string | null;
  announcedBytes: number | null;
  expiresInSeconds: number;
  createdBy: ActorRef;
}

/**
 * Creates an open upload, or returns undefined if the condition is false. One statement chooses the version, checks the condition and
 * writes the row, so that concurrent uploads get different versions and share no room.
 */
export async function openUpload(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  upload: NewUpload,
  condition: SQL,
): Promise<Upload | undefined> {
  const { db, ids, clock } = deps;
  const now = clock.now();
  const id = ids('upload');
  const { version, expiresInSeconds, ...fields } = upload;
  const number = version ?? nextVersionNumber(upload, now);
  const row = {
    ...fields,
    ...number,
    id,
    versionChosenByServer: version === undefined,
    status: 'open' as const,
    attempts: 0,
    expiresAt: now + expiresInSeconds * 1000,
    createdAt: now,
    updatedAt: now,
  };
  const event = {
    organizationId: upload.organizationId,
    namespaceId: namespaceOf(upload.ownerId),
    actor: upload.createdBy,
  };
  const {
    created: [opened],
  } = await writeAndRead(
    db,
    [
      insertWhere(db, uploads, row, condition),
      record(deps, { ...event, type: 'upload.created', subjectId: id, data: { name: upload.name } }, previousChanged),
    ],
    { created: db.select().from(uploads).where(eq(uploads.id, id)) },
  );
  return opened;
}

/** SQL: the version that an upload without one gets. */
export function nextVersionNumber(
  { ownerId, kind, name }: Pick<NewUpload, 'ownerId' | 'kind' | 'name'>,
  now: number,
): { major: SQL; minor: SQL; patch: SQL } {
  const ofPlugin = (table: typeof pluginVersions | typeof uploads) =>
    and(eq(table.ownerId, ownerId), eq(table.kind, kind), eq(table.name, name));
  const isPending = sql`(${uploads.status} = 'confirming' or (${uploads.status} = 'open' and ${uploads.expiresAt} > ${now}))`;
  const published = sql`
    select ${pluginVersions.major} as major, ${pluginVersions.minor} as minor, ${pluginVersions.patch} as patch from ${pluginVersions}
    where ${ofPlugin(pluginVersions)} and ${pluginVersions.deletedAt} is null
    order by ${pluginVersions.major} desc, ${pluginVersions.minor} desc, ${pluginVersions.patch} desc limit 1`;
  const pending = sql`
    select ${uploads.major} as major, ${uploads.minor} as minor, ${uploads.patch} as patch from ${uploads}
    where ${ofPlugin(uploads)} and ${isUnderWay} and ${isPending} order by 1 desc, 2 desc, 3 desc limit 1`;
  const taken = sql`select * from (${published}) union all select * from (${pending}) order by 1 desc, 2 desc, 3 desc limit 1`;
  return {
    major: sql`coalesce((select major from (${taken})), 1)`,
    minor: sql`coalesce((select minor from (${taken})), 0)`,
    patch: sql`coalesce((select patch + 1 from (${taken})), 0)`,
  };
}

/** Content of a client's confirmation: facts about the object to be checked, and a message for the version. */
export interface Confirmation {
  etag: string | null;
  sizeBytes: number | null;
  message: string | null;
}

export interface Claim {
  upload: Upload;
  lease: Lease;
}

/** The uploads that may be claimed: an owner's by a request, any by the queue's consumer. */
export type UploadScope = { ownerId: OwnerId; organizationId: OrganizationId; actor: ActorRef } | 'any';

/** SQL: the upload's namespace has not been deleted. */
const ownerNotDeleted = sql`not exists (select 1 from ${namespaces} where ${namespaces.id} = ${uploads.ownerId} and ${namespaces.deletedAt} is not null)`;

/**
 * Claims an open upload, or one in progress whose lease has expired. Returns the row without a claim if the upload has finished,
 * another worker holds the lease, or it has to wait because its organization has `perOrganizationAtOnce` in progress, or an earlier
 * install of its name is (`sendWaitingUpload`), and no row if this owner has no such upload.
 */
export async function claimUpload(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
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

/** SQL: the upload belongs to the scope, and its namespace has not been deleted. */
function isInScope(scope: UploadScope): SQL | undefined {
  if (scope === 'any') return ownerNotDeleted;
  return and(eq(uploads.ownerId, scope.ownerId), eq(uploads.organizationId, scope.organizationId), ownerNotDeleted);
}

/**
 * SQL: the upload may be claimed. Only a client's confirmation starts the work: a late message must not claim an upload that was
 * reopened (invariant 1).
 */
function isClaimable(scope: UploadScope, now: number): SQL | undefined {
  const isAbandoned = and(eq(uploads.status, 'confirming'), isUnleased(uploads, now));
  return scope === 'any' ? isAbandoned : or(eq(uploads.status, 'open'), isAbandoned);
}

/** SQL: the claim still holds the lease. The condition of every write that finishes an upload. */
export function holdsLease({ lease }: Claim): SQL | undefined {
  return and(lease.isHeld, eq(uploads.status, 'confirming'));
}

/** Ends the work in a request when its time is up; the queue continues it. */
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

/** Runs `work` and renews the lease meanwhile: for waits without a checkpoint, such as a fetch or a build. */
export function withUploadLease<Result>(
  deps: Pick<Deps, 'db' | 'clock' | 'log'>,
  claim: Claim,
  work: () => Promise<Result>,
): Promise<Result> {
  return keepLease(deps, claim.lease, leases.upload, work);
}

/** Reopens the upload as if it had not been claimed, for failures that are not the content's. */
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

/** Releases the lease after an internal error, so that the next message can claim the upload. The attempt counts. */
export async function releaseUpload({ db, clock }: Pick<Deps, 'db' | 'clock'>, claim: Claim): Promise<void> {
  await db
    .update(uploads)
    .set({ ...released, updatedAt: clock.now() })
    .where(holdsLease(claim));
}

/** Hands the work over to the queue: releases the lease and sends a message. The attempt doesn't count. */
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

type SweepDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log'>;

/** Sends messages for uploads that no worker holds, and expires uploads that were never confirmed. */
export async function sweepUploads(deps: SweepDeps): Promise<void> {
  const [selectWaiting, selectUnconfirmed] = dueUploads(deps);
  const { unclaimed, unconfirmed } = await readTogether(deps.db, {
    unclaimed: selectWaiting,
    unconfirmed: selectUnconfirmed,
  });
  const messages = unclaimed.map(({ id }) => ({ v: 1, type: 'advance-upload', id }) as const);
  await sendAll(deps, 'scans', messages);
  await eachApart(deps, unconfirmed, expireUpload);
}

export function dueUploads({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const now = clock.now();
  const unconfirmed = db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(sql`${uploads.status} = 'open'`, lt(uploads.expiresAt, now - uploadLimits.confirmableMs)))
    .limit(sweepLimits.changedByOne);
  return [selectUnclaimed(db, now), unconfirmed] as const;
}

async function expireUpload(deps: SweepDeps, { id }: Pick<Upload, 'id'>): Promise<void> {
  const { db, clock } = deps;
  await db.batch([
    db
      .update(uploads)
      .set({ status: 'expired', updatedAt: clock.now() })
      .where(and(eq(uploads.id, id), eq(uploads.status, 'open'))),
    record(deps, { ...uploadEvent(id, systemActor), type: 'upload.expired' }, previousChanged),
  ]);
}

/** Fields of an event for writers that know only the ID: organization and namespace come from the row. */
function uploadEvent(id: UploadId, actor: ActorRef) {
  return {
    organizationId: sql`(select ${uploads.organizationId} from ${uploads} where ${uploads.id} = ${id})`,
    namespaceId: sql`(select ${uploads.ownerId} from ${uploads} where ${uploads.id} = ${id} and ${uploads.ownerId} <> ${uploads.organizationId})`,
    actor,
    subjectId: id,
  };
}

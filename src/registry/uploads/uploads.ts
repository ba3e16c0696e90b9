// Uploads: a promise of a version, from the presigned URL to the verdict. open → confirming → accepted | rejected | expired.
import { and, eq, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../../access/owners.ts';
import { type ActorRef, systemActor } from '../../contract/events.ts';
import { deploymentLimits } from '../../contract/limits.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { OrganizationId, UploadId } from '../../core/ids.ts';
import { insertWhere, previousChanged } from '../../db/client.ts';
import { renewWhile } from '../../db/lease.ts';
import { namespaces } from '../../db/schema/access.ts';
import { type OwnerId, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage, sendNow } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';

export type Upload = typeof uploads.$inferSelect;

export function uploadKey(id: UploadId): string {
  return `uploads/${id}`;
}

/** What a large tar.gz becomes, until it is kept. */
export function repackedKey(id: UploadId): string {
  return `uploads/${id}.zip`;
}

/** An object that was PUT in time may be confirmed this long after the URL expired (D15). */
export const confirmableMs = 24 * 3600 * 1000;
export const leaseMs = 60_000;
/** Claims after which an upload is given up: something in it ends its worker every time. */
export const attemptsMax = 8;

export interface NewUpload {
  ownerId: OwnerId;
  organizationId: Upload['organizationId'];
  kind: PluginKind;
  name: string;
  /** Left out: the patch after the highest version there is or is being uploaded, 1.0.0 when there is none (D13). */
  version?: { major: number; minor: number; patch: number };
  description: string | null;
  announcedBytes: number | null;
  expiresInSeconds: number;
  createdBy: ActorRef;
}

/** One statement chooses the number and writes the row, so that racing uploads without a version get different ones. */
export async function openUpload(deps: Pick<Deps, 'db' | 'ids' | 'clock'>, upload: NewUpload): Promise<Upload> {
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
  const [, , [opened]] = await db.batch([
    insertWhere(db, uploads, row, sql`true`),
    record(deps, { ...event, type: 'upload.created', subjectId: id, data: { name: upload.name } }, previousChanged),
    db.select().from(uploads).where(eq(uploads.id, id)),
  ]);
  if (!opened) throw new Error(`upload ${id} is not there after its insert`);
  return opened;
}

export function nextVersionNumber(
  { ownerId, kind, name }: Pick<NewUpload, 'ownerId' | 'kind' | 'name'>,
  now: number,
): { major: SQL; minor: SQL; patch: SQL } {
  const taken = sql`
    select major, minor, patch from ${pluginVersions} where owner_id = ${ownerId} and kind = ${kind} and name = ${name} and deleted_at is null
    union all
    select major, minor, patch from ${uploads} where owner_id = ${ownerId} and kind = ${kind} and name = ${name}
      and (status = 'confirming' or (status = 'open' and expires_at > ${now}))
    order by 1 desc, 2 desc, 3 desc limit 1`;
  return {
    major: sql`coalesce((select major from (${taken})), 1)`,
    minor: sql`coalesce((select minor from (${taken})), 0)`,
    patch: sql`coalesce((select patch + 1 from (${taken})), 0)`,
  };
}

/** What the confirming client says of the object, and of the version. */
export interface Confirmation {
  etag: string | null;
  sizeBytes: number | null;
  message: string | null;
}

export interface Claim {
  upload: Upload;
  /** Only the holder of the token may finish the upload. */
  token: string;
}

/** Whose uploads a request may confirm, and who asks; the queue's consumer may claim any. */
export type UploadScope = { ownerId: OwnerId; organizationId: OrganizationId; actor: ActorRef } | 'any';

/** SQL: the upload's namespace has not been deleted. */
const ownerNotDeleted = sql`not exists (select 1 from ${namespaces} where ${namespaces.id} = ${uploads.ownerId} and ${namespaces.deletedAt} is not null)`;

/**
 * Takes the upload to work on it: an open one, or one whose worker's lease is empty or over. Without a claim the row tells
 * why: finished, in another's hands, or (undefined) not there for this owner.
 */
export async function claimUpload(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  id: UploadId,
  scope: UploadScope,
  said?: Confirmation,
): Promise<{ claim?: Claim; upload: Upload | undefined }> {
  const { db, clock } = deps;
  const now = clock.now();
  const token = crypto.randomUUID();
  const mine = and(
    eq(uploads.id, id),
    scope === 'any'
      ? undefined
      : and(eq(uploads.ownerId, scope.ownerId), eq(uploads.organizationId, scope.organizationId)),
    ownerNotDeleted,
  );
  // Only a client's word begins the work: a late message finds an open upload and leaves it (invariant 1).
  const free = or(
    scope === 'any' ? undefined : eq(uploads.status, 'open'),
    and(eq(uploads.status, 'confirming'), or(isNull(uploads.leaseUntil), lte(uploads.leaseUntil, now))),
  );
  const heard = said && {
    expectedEtag: said.etag,
    expectedBytes: said.sizeBytes,
    ...(said.message === null ? {} : { message: said.message }),
  };
  const [, , [upload]] = await db.batch([
    db
      .update(uploads)
      .set({
        ...heard,
        status: 'confirming',
        leaseToken: token,
        leaseUntil: now + leaseMs,
        attempts: sql`${uploads.attempts} + 1`,
        updatedAt: now,
      })
      .where(and(mine, free)),
    record(
      deps,
      { ...uploadEvent(id, scope === 'any' ? systemActor : scope.actor), type: 'upload.confirming' },
      previousChanged,
    ),
    db.select().from(uploads).where(mine),
  ]);
  return upload?.status === 'confirming' && upload.leaseToken === token
    ? { claim: { upload, token }, upload }
    : { upload };
}

/** Held by this claim: the condition of everything that finishes an upload. */
export function holdsLease({ upload, token }: Claim): SQL | undefined {
  return and(eq(uploads.id, upload.id), eq(uploads.status, 'confirming'), eq(uploads.leaseToken, token));
}

/** The time for the work is up; the queue goes on. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/**
 * Called between pieces of long work: leaves it when its time is up, and renews the lease while it isn't. In workerd the clock
 * stands still while code runs, so it yields first to let it go on.
 */
export function renewUploadLease(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  claim: Claim,
  deadline: number,
): () => Promise<void> {
  let renewedAt = clock.now();
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const now = clock.now();
    if (now >= deadline) throw new OutOfTime();
    if (now < renewedAt + leaseMs / 3) return;
    renewedAt = now;
    await db
      .update(uploads)
      .set({ leaseUntil: now + leaseMs })
      .where(holdsLease(claim));
  };
}

/** Runs `work` and renews the lease by a timer meanwhile: for waits without a checkpoint, such as a fetch or a build. */
export function withUploadLease<Result>(
  deps: Pick<Deps, 'db' | 'clock' | 'log'>,
  claim: Claim,
  work: () => Promise<Result>,
): Promise<Result> {
  const renew = renewUploadLease(deps, claim, Number.POSITIVE_INFINITY);
  const failed = (cause: unknown) => deps.log.warn('upload.lease_not_renewed', { upload: claim.upload.id, cause });
  return renewWhile(deploymentLimits.installRenewEveryMs, () => renew().catch(failed), work);
}

/** Nothing was wrong with the content: the upload is open again, as if it had not been claimed. */
export async function reopenUpload(deps: Pick<Deps, 'db' | 'clock' | 'ids'>, claim: Claim): Promise<void> {
  const { db, clock } = deps;
  await db.batch([
    db
      .update(uploads)
      .set({
        status: 'open',
        leaseToken: null,
        leaseUntil: null,
        attempts: claim.upload.attempts - 1,
        updatedAt: clock.now(),
      })
      .where(holdsLease(claim)),
    record(deps, { ...uploadEvent(claim.upload.id, systemActor), type: 'upload.reopened' }, previousChanged),
  ]);
}

/** Something of Slipway's own failed: whoever gets the message next may claim at once. The attempt counts. */
export async function releaseUpload({ db, clock }: Pick<Deps, 'db' | 'clock'>, claim: Claim): Promise<void> {
  await db.update(uploads).set({ leaseToken: null, leaseUntil: null, updatedAt: clock.now() }).where(holdsLease(claim));
}

/** Gives the work to the queue: whoever gets the message may claim at once. */
export async function requeueUpload(
  deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log'>,
  claim: Claim,
): Promise<void> {
  const { db, clock } = deps;
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'advance-upload', id: claim.upload.id });
  await db.batch([
    db
      .update(uploads)
      .set({ leaseToken: null, leaseUntil: null, attempts: claim.upload.attempts - 1, updatedAt: clock.now() })
      .where(holdsLease(claim)),
    enqueue(deps, message, previousChanged),
  ]);
  await sendNow(deps, message);
}

const unheardMs = 15_000;

/** Sends again what nobody works on, and closes what nobody came back to. */
export async function sweepUploads(deps: Pick<Deps, 'db' | 'clock' | 'ids' | 'queues'>): Promise<void> {
  const { db, clock, queues } = deps;
  const now = clock.now();
  const [waiting, forgotten] = await db.batch([
    db
      .select({ id: uploads.id })
      .from(uploads)
      .where(
        and(
          eq(uploads.status, 'confirming'),
          or(isNull(uploads.leaseUntil), lte(uploads.leaseUntil, now)),
          lt(uploads.updatedAt, now - unheardMs),
        ),
      )
      .limit(100),
    db
      .select({ id: uploads.id })
      .from(uploads)
      .where(and(eq(uploads.status, 'open'), lt(uploads.expiresAt, now - confirmableMs)))
      .limit(100),
  ]);
  for (const { id } of waiting) await queues.scans.send({ v: 1, type: 'advance-upload', id });
  for (const { id } of forgotten) {
    await db.batch([
      db
        .update(uploads)
        .set({ status: 'expired', updatedAt: now })
        .where(and(eq(uploads.id, id), eq(uploads.status, 'open'))),
      record(deps, { ...uploadEvent(id, systemActor), type: 'upload.expired' }, previousChanged),
    ]);
  }
}

/** For writers that know only the id: organization and namespace come from the row. */
function uploadEvent(id: UploadId, actor: ActorRef) {
  return {
    organizationId: sql`(select organization_id from ${uploads} where id = ${id})`,
    namespaceId: sql`(select owner_id from ${uploads} where id = ${id} and owner_id <> organization_id)`,
    actor,
    subjectId: id,
  };
}

// Sends messages for waiting uploads, and expires uploads that were never confirmed.
import { and, eq, lt, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { previousChanged, readTogether } from '../../db/client.ts';
import { uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { DueStep } from '../../due-step.ts';
import { record } from '../../events/record.ts';
import { pickSome, runIsolated, sendAll } from '../../events/send-all.ts';
import { type Upload, uploadEvent } from './uploads.ts';
import { selectUnclaimed } from './waiting-uploads.ts';

type SweepDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'queues' | 'log'>;

export const uploadsStep: DueStep = { step: sweepUploads, due: dueUploads };

/** Sends messages for uploads without a worker, and expires uploads that were never confirmed. */
export async function sweepUploads(deps: SweepDeps): Promise<void> {
  const [selectWaiting, selectUnconfirmed] = dueUploads(deps);
  const { unclaimed, unconfirmed } = await readTogether(deps.db, {
    unclaimed: selectWaiting,
    unconfirmed: selectUnconfirmed,
  });
  const messages = unclaimed.map(({ id }) => ({ v: 1, type: 'advance-upload', id }) as const);
  await sendAll(deps, 'scans', messages);
  await runIsolated(deps, pickSome(unconfirmed, sweepLimits.changedByOne), expireUpload);
}

function dueUploads({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const now = clock.now();
  const unconfirmed = db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(sql`${uploads.status} = 'open'`, lt(uploads.expiresAt, now - uploadLimits.confirmableMs)))
    .limit(sweepLimits.pickedFrom);
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

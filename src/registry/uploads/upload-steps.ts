// Reports an upload's progress in the steps that its author waits for, with the time that each took.
import { and, eq } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { isVisibleOwner } from '../../access/owners.ts';
import type { Finding } from '../../contract/findings/finding.ts';
import { uploadStepNames, type uploadStepStates } from '../../contract/states.ts';
import { isId } from '../../core/ids.ts';
import { type OwnerId, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { loadFindings } from '../storage/stored-findings.ts';
import type { Upload } from './uploads.ts';

export interface UploadStep {
  step: (typeof uploadStepNames)[number];
  state: (typeof uploadStepStates)[number];
  /** Null if the step has not started, or the time is unknown. */
  startedAt: number | null;
  endedAt: number | null;
}

/** State of the current step, by upload status. */
const stateReached: Record<Exclude<Upload['status'], 'accepted'>, UploadStep['state']> = {
  open: 'waiting',
  confirming: 'in_progress',
  rejected: 'failed',
  expired: 'failed',
};

export function toUploadSteps(upload: Upload): UploadStep[] {
  const { confirmedAt, createdAt, fetchedAt, scannedAt, source, status, updatedAt } = upload;
  const receivedAt = source ? fetchedAt : confirmedAt;
  const isOver = status === 'rejected' || status === 'expired';
  const begins = [createdAt, receivedAt, scannedAt];
  const ends = [receivedAt, scannedAt, updatedAt];
  const reached = reachedBy(upload, receivedAt);
  return uploadStepNames.map((step, at) => {
    const startedAt = begins[at] ?? null;
    if (status === 'accepted' || at < reached) return { step, state: 'done', startedAt, endedAt: ends[at] ?? null };
    if (at > reached) return { step, state: 'not_reached', startedAt: null, endedAt: null };
    return { step, state: stateReached[status], startedAt, endedAt: isOver ? updatedAt : null };
  });
}

/** Returns the index of the last step that started. Only uploads that passed the scan can end in a version-number conflict. */
function reachedBy({ rejectionReason, scannedAt }: Upload, receivedAt: number | null): number {
  if (scannedAt !== null || rejectionReason === 'conflict') return 2;
  return receivedAt === null ? 0 : 1;
}

export async function findUpload(
  deps: Pick<Deps, 'db' | 'blobs'>,
  actor: Actor,
  ownerId: OwnerId,
  id: string,
): Promise<{ upload: Upload; findings: Finding[] }> {
  requireScope(actor, 'plugins:read');
  if (!isId('upload', id)) throw notFound('upload', id);
  const owned = and(eq(uploads.id, id), eq(uploads.ownerId, ownerId), eq(uploads.organizationId, actor.organizationId));
  const [upload] = await deps.db
    .select()
    .from(uploads)
    .where(and(owned, isVisibleOwner(actor, ownerId)));
  if (!upload) throw notFound('upload', id);
  const hasVerdict = upload.status === 'accepted' || upload.status === 'rejected';
  return { upload, findings: hasVerdict ? await loadFindings(deps, upload) : [] };
}

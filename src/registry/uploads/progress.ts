// Records a Git upload's progress, once per step, however often the step is repeated.
import { and, isNull } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import { systemActor } from '../../contract/actor.ts';
import { previousChanged } from '../../db/client.ts';
import { uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { type Claim, holdsLease } from './uploads.ts';

type ProgressDeps = Pick<Deps, 'db' | 'clock' | 'ids'>;

/** Records the commit that the ref resolved to. */
export async function recordFetched(deps: ProgressDeps, claim: Claim): Promise<void> {
  const { source } = claim.upload;
  if (!source || source.commit === null) return;
  const { repository, ref, commit, path = null } = source;
  const { db, clock } = deps;
  await db.batch([
    db
      .update(uploads)
      .set({ source, fetchedAt: clock.now() })
      .where(and(holdsLease(claim), isNull(uploads.fetchedAt))),
    record(
      deps,
      { ...eventOf(claim), type: 'upload.fetched', data: { repository, ref, commit, path } },
      previousChanged,
    ),
  ]);
}

/** Records that the source passed the scan, or was built. */
export async function recordStep(deps: ProgressDeps, claim: Claim, step: 'scanned' | 'built'): Promise<void> {
  if (!claim.upload.source) return;
  const { db, clock } = deps;
  const column = step === 'scanned' ? uploads.scannedAt : uploads.builtAt;
  const now = clock.now();
  await db.batch([
    db
      .update(uploads)
      .set(step === 'scanned' ? { scannedAt: now } : { builtAt: now })
      .where(and(holdsLease(claim), isNull(column))),
    record(deps, { ...eventOf(claim), type: `upload.${step}` }, previousChanged),
  ]);
}

function eventOf({ upload: { id, organizationId, ownerId } }: Claim) {
  return { organizationId, namespaceId: ownerNamespace(ownerId), actor: systemActor, subjectId: id };
}

// Cancels the runs of a version that someone undeployed. Its code may be why, so no row goes through it anymore.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { sweepLimits } from '../contract/limits/leases.ts';
import type { Message } from '../contract/messages.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { runs } from '../db/schema/runs.ts';
import { cancelRunBecause, type WriteDeps } from './run.ts';

const error = 'The version was undeployed. Deploy it again, or another one, and run what is left.';

/** A deployment that was promoted after the undeployment keeps its runs. *Dies:* the message comes again. */
export async function stopRuns(
  deps: WriteDeps,
  { id, namespaceId }: Extract<Message, { type: 'stop-runs' }>,
): Promise<void> {
  const isServing = sql`exists (select 1 from ${livePointers} where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${id} and ${livePointers.targetId} = ${runs.deploymentId})`;
  const isLeft = and(
    eq(runs.namespaceId, namespaceId),
    eq(runs.versionId, id),
    isNull(runs.endedAt),
    sql`not ${isServing}`,
  );
  for (;;) {
    const left = await deps.db.select({ id: runs.id }).from(runs).where(isLeft).limit(sweepLimits.pickedFrom);
    if (left.length === 0) return;
    for (const run of left) await cancelRunBecause(deps, run.id, error);
  }
}

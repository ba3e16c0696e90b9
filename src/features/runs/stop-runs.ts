// Cancels the runs of a version that a user undeployed. The reason may be its code, so no more rows go through it.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { sweepLimits } from '../../contract/limits/leases.ts';
import type { Message } from '../../contract/messages.ts';
import { livePointers } from '../../db/schema/deploy.ts';
import { runs } from '../../db/schema/runs.ts';
import type { Deps } from '../../deps.ts';
import { cancelRunBecause, type WriteDeps } from './run.ts';

type StopRuns = Extract<Message, { type: 'stop-runs' }>;

const error = 'The version was undeployed. Deploy it or another version, and run the remaining rows.';

/**
 * Cancels some runs, and sends another message for the rest. Runs of a deployment promoted after the undeployment continue. *Dies:* the
 * message is redelivered.
 */
export async function stopRuns(deps: WriteDeps & Pick<Deps, 'queues'>, message: StopRuns): Promise<void> {
  const { id, namespaceId } = message;
  const isServing = sql`exists (select 1 from ${livePointers} where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${id} and ${livePointers.targetId} = ${runs.deploymentId})`;
  const isLeft = and(
    eq(runs.namespaceId, namespaceId),
    eq(runs.versionId, id),
    isNull(runs.endedAt),
    sql`not ${isServing}`,
  );
  const left = await deps.db
    .select({ id: runs.id })
    .from(runs)
    .where(isLeft)
    .limit(sweepLimits.changedByOne + 1);
  for (const run of left.slice(0, sweepLimits.changedByOne)) await cancelRunBecause(deps, run.id, error);
  if (left.length > sweepLimits.changedByOne) await deps.queues.deployments.send(message);
}

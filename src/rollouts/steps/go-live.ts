// The last step of a deployment: its promotion and everything that follows from it, in one batch.
import { and, eq, inArray, sql } from 'drizzle-orm';
import { systemActor } from '../../contract/actor.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';
import type { Message } from '../../contract/messages.ts';
import { type Results, writeAndRead } from '../../db/client.ts';
import { deploymentStepRows, deployments } from '../../db/schema/deploy.ts';
import { selectForStandby } from '../../instances/fleets/standby.ts';
import { selectMark } from '../../pointers/live-versions.ts';
import { promoteStatements } from '../../pointers/promote.ts';
import { selectReplaced } from '../installs/retire.ts';
import { type ClaimDeps, type ClaimedDeployment, selectWaiting, throwWhyNotLive } from './claim.ts';
import { enterStatements, type StepEnd } from './steps.ts';

export type Promoted = Results<ReturnType<typeof selectAfterwards>>;

function selectAfterwards(deps: ClaimDeps, { deployment, version }: ClaimedDeployment) {
  return {
    waiting: selectWaiting(deps, deployment),
    standby: selectForStandby(deps.db, deployment),
    limits: selectMark(deps.db, deployment),
    replaced: selectReplaced(deps, version),
  };
}

/**
 * Moves traffic to the deployment, unless it was superseded. The replaced instance stops after its drain; if the message for that is
 * lost, the sweep stops it.
 */
export async function goLive(deps: ClaimDeps, claimed: ClaimedDeployment, before: StepEnd): Promise<Promoted> {
  const { db, clock } = deps;
  const { attempts, id, pluginId } = claimed.deployment;
  const isStep = and(
    eq(deploymentStepRows.deploymentId, id),
    eq(deploymentStepRows.step, 'promote'),
    eq(deploymentStepRows.attempt, attempts),
  );
  const writes = [
    ...before,
    ...enterStatements(deps, claimed, { state: 'ready', step: 'promote' }),
    ...promoteStatements(deps, claimed.deployment, systemActor),
    db.update(deploymentStepRows).set({ endedAt: clock.now(), log: [] }).where(isStep),
  ];
  const ended = db
    .select({ id: deployments.id })
    .from(deployments)
    .where(
      and(
        eq(deployments.id, id),
        inArray(deployments.status, ['promoted', 'superseded']),
        sql`exists (select 1 from ${deploymentStepRows} where ${isStep})`,
      ),
    );
  const found = await writeAndRead(db, writes, { ...selectAfterwards(deps, claimed), ended });
  if (found.ended.length === 0) await throwWhyNotLive(deps, claimed);
  const stop: Message = { v: 1, type: 'stop-instances', id: pluginId };
  deps.defer(deps.queues.deployments.send(stop, { delaySeconds: deploymentLimits.pointerDrainMs / 1000 }));
  return found;
}

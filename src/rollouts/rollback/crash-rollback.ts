// Gives a plugin's name back to the previous live version when a new one crashes repeatedly in its first minute. A version keeps the
// name if it got it by a rollback or was redeployed while it had it, so two crashing versions never alternate.
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { builderProblem } from '../../builders/builder-problem.ts';
import { systemActor } from '../../contract/actor.ts';
import { fleetInstanceIds } from '../../contract/builder/fleets.ts';
import { crashRollback } from '../../contract/limits/deployments.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import type { Manifest } from '../../contract/plugin/manifest.ts';
import type { DeploymentId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { deployments, livePointers } from '../../db/schema/deploy.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { DueStep } from '../../due-step.ts';
import { pickSome, runIsolated } from '../../events/send-all.ts';
import type { Deployment } from '../../pointers/overview.ts';
import { isLive, isPointerTo } from '../../pointers/pointers.ts';
import { warmDeploymentId } from '../../pointers/promote.ts';
import { chooseTarget, selectLastLive, selectRollbackFacts } from '../../pointers/rollback-targets.ts';
import { isNewerRequest } from '../../pointers/tickets.ts';
import { rollBackTo } from './rollback.ts';

const message = `Crashed ${crashRollback.crashesMax} times in its first minute.`;

/**
 * Rolls back a new deployment that crashed too often. `crashes` counts process crashes of one instance or all in their first minute.
 * Idempotent: only the deployment that took the name can lose it, and only if no other request has moved the name since.
 */
export async function rollBackCrashing(deps: Deps, id: DeploymentId, crashes: number): Promise<void> {
  const [deployment] = await deps.db.select().from(deployments).where(eq(deployments.id, id));
  if (!deployment || !isNew(deps, deployment)) return;
  if (crashes < crashRollback.crashesMax && !(await isCrashing(deps, deployment))) return;
  const { namespaceId, pluginId } = deployment;
  const [target] = chooseTarget(
    await readTogether(deps.db, selectRollbackFacts(deps, namespaceId, sql`${pluginId}`)),
  ).targets;
  if (!target) return;
  const {
    crashing: [version],
    lastLive: [last],
  } = await readTogether(deps.db, {
    crashing: deps.db
      .select()
      .from(pluginVersions)
      .where(and(eq(pluginVersions.id, deployment.versionId), hasTakenName(deployment))),
    lastLive: selectLastLive(deps.db, namespaceId, sql`${target.id}`),
  });
  if (!version || !last || keepsName(version.manifest)) return;
  // A newer request that is under way replaces the crashing version sooner than a start of the previous one could.
  const isAtHand = sql`(${isLive(namespaceId, target.id)} or ${warmDeploymentId(namespaceId, target.id)} is not null)`;
  const isNewest = sql`not exists (select 1 from ${deployments} where ${isNewerRequest(deployment)})`;
  const condition = sql`(${hasTakenName(deployment)} and (${isAtHand} or ${isNewest}))`;
  const automatic = { from: version.id, condition };
  const rollback = { namespaceId, version: target, last, isChosen: true, message, automatic };
  try {
    await rollBackTo(deps, { ref: systemActor }, rollback);
  } catch (error) {
    // Either the name has moved since, or the previous version may no longer be deployed. The crashing version stays live.
    if (!(error instanceof Problem)) throw error;
    deps.log.warn('deployment.not_rolled_back', { deployment: id, cause: error });
  }
}

type Watched = Pick<Deployment, 'id' | 'scaling'>;

/** Returns whether the instances together crashed too often. A single instance reports all its crashes itself. */
async function isCrashing(deps: Deps, watched: Watched): Promise<boolean> {
  return watched.scaling !== null && (await crashesOf(deps, watched)) >= crashRollback.crashesMax;
}

/** Adds up the crashes of the deployment's instances in their first minute. */
async function crashesOf({ builder }: Pick<Deps, 'builder'>, { id, scaling }: Watched): Promise<number> {
  const ask = (instanceId: string) => builder.status(instanceId).catch(undefinedIfUnavailable);
  const statuses = await Promise.all(fleetInstanceIds(id, scaling).map(ask));
  return statuses.reduce((sum, status) => sum + (status?.early_crashes ?? 0), 0);
}

/** Deployments checked per sweep. */
const watchedAtOnce = 100;

export const crashingStep: DueStep = { step: sweepCrashing, due: (deps) => [selectWatched(deps)] };

/** Finds versions that crash without being called, or whose messages were lost; only their builders know about these crashes. */
export async function sweepCrashing(deps: Deps): Promise<void> {
  const promoted = await selectWatched(deps);
  const crashing: Crashing[] = [];
  // A builder that hangs must not delay the others.
  const ask = async (_: Deps, watched: Watched) => {
    const crashes = await crashesOf(deps, watched);
    if (crashes >= crashRollback.crashesMax) crashing.push({ id: watched.id, crashes });
  };
  await Promise.all(promoted.map((row) => runIsolated(deps, [row], ask)));
  await runIsolated(deps, pickSome(crashing, sweepLimits.changedByMany), rollBackRow);
}

interface Crashing extends Pick<Deployment, 'id'> {
  crashes: number;
}

function selectWatched({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  const since = clock.now() - crashRollback.noticeMs;
  return (
    db
      .select({ id: deployments.id, scaling: deployments.scaling })
      .from(deployments)
      // Literal conditions, to match the index.
      .where(and(sql`status = 'promoted' and type = 'realtime'`, gt(deployments.promotedAt, since)))
      .orderBy(asc(deployments.promotedAt))
      .limit(watchedAtOnce)
  );
}

function rollBackRow(deps: Deps, { id, crashes }: Crashing): Promise<void> {
  return rollBackCrashing(deps, id, crashes);
}

/** Treats an unreachable builder, or a container that didn't start, as having no crashes to report. */
function undefinedIfUnavailable(error: unknown): undefined {
  if (!builderProblem(error)) throw error;
}

function isNew({ clock }: Pick<Deps, 'clock'>, { promotedAt, status }: Deployment): boolean {
  const since = clock.now() - crashRollback.noticeMs;
  return status === 'promoted' && promotedAt !== null && promotedAt > since;
}

/** SQL: the deployment's own promotion gave its version the name, and neither pointer has moved since. */
function hasTakenName({ id, namespaceId, pluginId, versionId, ticket }: Deployment): SQL {
  const name = and(
    isPointerTo(namespaceId, pluginId),
    eq(sql`${livePointers.targetId}`, versionId),
    eq(livePointers.ticket, ticket),
  );
  const own = and(isPointerTo(namespaceId, versionId), eq(sql`${livePointers.targetId}`, id));
  return sql`(exists (select 1 from ${livePointers} where ${name}) and exists (select 1 from ${livePointers} where ${own}))`;
}

/** `serve_config = {"auto_rollback": False}` in manifest.py. */
function keepsName(manifest: Pick<Manifest, 'serve_config'> | null): boolean {
  return manifest?.serve_config?.auto_rollback === false;
}

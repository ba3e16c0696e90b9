// Keeps instances awake as their manifests ask, restarts lost ones, and moves those of draining builders. Each check counts as a use.
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { fleetInstanceId, missingNumbers, type Scaling } from '../../contract/builder/fleets.ts';
import { sweepLimits } from '../../contract/limits/leases.ts';
import { fleetLimits } from '../../contract/limits/serving.ts';
import type { DeploymentId, NamespaceId, OrganizationId, VersionId } from '../../core/ids.ts';
import { deployments, isKeptAwake, livePointers } from '../../db/schema/deploy.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { DueStep } from '../../due-step.ts';
import { pickSome, runIsolated } from '../../events/send-all.ts';
import { budgetLimit } from '../../limits/budgets.ts';
import { startInstance } from './instances.ts';
import { moveBehind } from './move.ts';

interface KeptAwake {
  id: DeploymentId;
  organizationId: OrganizationId;
  namespaceId: NamespaceId;
  scaling: Scaling | null;
  versionId: VersionId;
}

export const keptAwakeStep: DueStep = { step: sweepKeptAwake, due: (deps) => [selectKeptAwake(deps)] };

/**
 * Starts instances in the background, after the sweep. A lost builder takes all its instances with it, so each sweep starts only some.
 */
export async function sweepKeptAwake(deps: Deps): Promise<void> {
  const rows = await selectKeptAwake(deps);
  const kept = pickSome(rows, fleetLimits.keptAwakeAtOnce);
  const starts = { left: fleetLimits.wokenAtOnce };
  const keepAwake = (_: Deps, row: KeptAwake) => keepInstancesAwake(deps, row, starts);
  // A builder that hangs must not delay the others.
  await Promise.all(kept.map((row) => runIsolated(deps, [row], keepAwake)));
}

/** Selects only the live version with the plugin's name; other versions sleep until they are called. */
export function selectKeptAwake({ db }: Pick<Deps, 'db'>) {
  const serves = sql`exists (select 1 from ${livePointers} where ${livePointers.namespaceId} = ${deployments.namespaceId}
    and ${livePointers.subjectId} = ${deployments.pluginId} and ${livePointers.targetId} = ${deployments.versionId})`;
  return db
    .select({
      id: deployments.id,
      organizationId: deployments.organizationId,
      namespaceId: deployments.namespaceId,
      scaling: deployments.scaling,
      versionId: deployments.versionId,
    })
    .from(deployments)
    .where(and(isKeptAwake(), isNull(deployments.stopAfter), serves))
    .orderBy(asc(deployments.promotedAt))
    .limit(sweepLimits.pickedFrom);
}

async function keepInstancesAwake(
  deps: Deps,
  { id, scaling, versionId, ...place }: KeptAwake,
  starts: { left: number },
): Promise<void> {
  if (!scaling) return;
  const all = missingNumbers(await deps.builder.fleet(id, { scaling, keep_awake: scaling.min }));
  const missing = all.slice(0, starts.left);
  const moving = movingInstances(deps, id, scaling);
  if (missing.length === 0 && moving.length === 0) return;
  starts.left -= missing.length;
  const [found] = await deps.db
    .select({ version: pluginVersions, mayStart: sql<number>`${budgetLimit(place, deps.clock.now()).hasRoom}` })
    .from(pluginVersions)
    .where(eq(pluginVersions.id, versionId));
  if (!found) {
    for (const { move } of moving) move.failed();
    return;
  }
  for (const one of moving) moveBehind(deps, one, found.version);
  if (!found.mayStart) return;
  for (const number of missing) {
    const started = startInstance(deps, id, found.version, { number });
    deps.defer(
      started.catch((cause: unknown) => deps.log.warn('instance.not_woken', { deployment: id, number, cause })),
    );
  }
}

/** Each check counts as a use, so an instance without calls would otherwise stay at a draining builder. */
function movingInstances({ builder }: Deps, id: DeploymentId, { min }: Scaling) {
  return Array.from({ length: min }, (_, at) => at + 1).flatMap((number) => {
    const move = builder.moving(fleetInstanceId(id, number));
    return move ? [{ id, number, move }] : [];
  });
}

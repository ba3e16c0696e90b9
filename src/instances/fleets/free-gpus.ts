// Frees GPUs that ended deployments still hold: their instances stop only once no isolate sends them calls (`pointerDrainMs`), which a
// person who undeployed one to make room doesn't wait for.
import { and, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import { StartFailed } from '../../builders/start-failures.ts';
import { fleetInstanceIds } from '../../contract/builder/fleets.ts';
import { deploymentLimits } from '../../contract/limits/deployments.ts';
import { asksForGpu } from '../../contract/plugin/hardware.ts';
import type { OrganizationId } from '../../core/ids.ts';
import { deployments } from '../../db/schema/deploy.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

type FreeDeps = Pick<Deps, 'builder' | 'db'>;

/** Runs the start, and once more if GPUs are full and deployments that are over held some. */
export async function startWithFreedGpus<Result>(
  deps: FreeDeps,
  organizationId: OrganizationId,
  start: () => Promise<Result>,
): Promise<Result> {
  try {
    return await start();
  } catch (error) {
    const isFull = error instanceof StartFailed && error.error.code === 'gpu-full';
    if (!isFull || (await stopEnded(deps, organizationId)) === 0) throw error;
    return start();
  }
}

/** Stops the instances of the organization's ended deployments with GPUs, and returns how many deployments there were. */
async function stopEnded({ builder, db }: FreeDeps, organizationId: OrganizationId): Promise<number> {
  const ended = await db
    .select({ id: deployments.id, scaling: deployments.scaling, manifest: pluginVersions.manifest })
    .from(deployments)
    .innerJoin(pluginVersions, eq(pluginVersions.id, deployments.versionId))
    .where(
      and(
        eq(deployments.organizationId, organizationId),
        isNotNull(deployments.stopAfter),
        isNull(deployments.instanceStoppedAt),
      ),
    )
    .orderBy(desc(deployments.stopAfter))
    .limit(deploymentLimits.freedAtOnce);
  const holders = ended.filter(({ manifest }) => manifest !== null && asksForGpu(manifest));
  const ids = holders.flatMap(({ id, scaling }) => fleetInstanceIds(id, scaling));
  // One that doesn't stop keeps its share, and the second start says so.
  await Promise.allSettled(ids.map((id) => builder.stop(id)));
  return holders.length;
}

// The periodic sweep: reassigns work whose lease has expired, and removes what its retention has ended for. Runs every ten seconds
// to a minute. What has to list the store runs once an hour, and until it has seen all of it (decision 91).
import { sweepIdempotencyKeys } from './access/idempotency.ts';
import { sweepLimits } from './contract/limits/leases.ts';
import { sweepOrphanedArtifacts } from './deploy/builder/orphaned-artifacts.ts';
import { sweepOrphanedEnvironments } from './deploy/environments/orphaned-environments.ts';
import { sweepHistory } from './deploy/history-retention.ts';
import { sweepPublished } from './deploy/install/deploy-published.ts';
import { sweepInstalled } from './deploy/install/retire.ts';
import { sweepCrashing } from './deploy/rollback/crash-rollback.ts';
import { sweepSecrets } from './deploy/secrets/restart.ts';
import { sweepLiveVersions } from './deploy/stopping/live-versions.ts';
import { emptyDeletedNamespaces } from './deploy/stopping/removal.ts';
import { sweepDeployments } from './deploy/sweep.ts';
import type { Deps } from './deps.ts';
import { archiveEvents } from './events/archive-events.ts';
import { sweepOutbox } from './events/outbox.ts';
import { sealEvents } from './events/seal.ts';
import { sweepWebhooks } from './events/webhooks/sweep.ts';
import { sweepDeployHooks } from './hooks/sweep.ts';
import { sweepUnstoredLogs } from './logs/collect.ts';
import { sweepInstanceLogs } from './logs/stored-chunks.ts';
import { sweepOrphanedModels } from './models/orphaned-models.ts';
import { sweepAgentCopies } from './registry/agents/artifact-copies.ts';
import { sweepAgentArtifacts } from './registry/agents/verification.ts';
import { sweepArchives, sweepStaleUploads } from './registry/storage/archives.ts';
import { dueListing, recordListing } from './registry/storage/hourly-listing.ts';
import { optimizeDatabase } from './registry/storage/optimize.ts';
import { sweepOrphanedObjects } from './registry/storage/orphaned-objects.ts';
import { sweepUploadedObjects } from './registry/uploads/uploaded-objects.ts';
import { sweepUploads } from './registry/uploads/uploads.ts';
import { sweepRescans } from './scan-host/rescans.ts';
import { sweepWaivers } from './scan-host/waivers.ts';
import { sweepTraffic } from './traffic/sweep.ts';
import { sweepFeatures } from './vectors/sync-features.ts';

type Step = (deps: Deps) => Promise<unknown>;

/** Versions whose waiver has ended are judged by the same sweep. */
async function sweepVerdicts(deps: Deps): Promise<void> {
  try {
    await sweepWaivers(deps);
  } finally {
    await sweepRescans(deps);
  }
}

/** Each reads a few rows where nothing is due. */
const frequentSteps: readonly Step[] = [
  sweepOutbox,
  sweepWebhooks,
  sealEvents,
  sweepUploads,
  sweepVerdicts,
  sweepDeployments,
  sweepCrashing,
  sweepSecrets,
  sweepLiveVersions,
  sweepInstalled,
  sweepPublished,
  sweepDeployHooks,
  emptyDeletedNamespaces,
  sweepArchives,
  sweepIdempotencyKeys,
  sweepUnstoredLogs,
  sweepAgentArtifacts,
  sweepAgentCopies,
  sweepFeatures,
  sweepHistory,
  sweepTraffic,
  archiveEvents,
  optimizeDatabase,
];

/** Each lists a part of the store. What they look for is old, or was left by a process that died. */
const listingSteps: readonly Step[] = [
  sweepUploadedObjects,
  sweepStaleUploads,
  sweepOrphanedObjects,
  sweepOrphanedArtifacts,
  sweepOrphanedEnvironments,
  sweepOrphanedModels,
  sweepInstanceLogs,
];

export const sweepSteps: readonly Step[] = [...frequentSteps, ...listingSteps];

/**
 * Runs some at a time, since each mostly waits for the database. One that fails is logged, and the others run: a store or queue that is down
 * must not stop them. Sweeps may overlap, so no step relies on another one not running. *Dies:* the next sweep lists the store again.
 */
export async function sweep(deps: Deps): Promise<void> {
  const { steps, hour } = await dueSteps(deps);
  const waiting = [...steps];
  const failed = new Set<Step>();
  const next = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await succeeds(deps, step))) failed.add(step);
  };
  await Promise.all(Array.from({ length: sweepLimits.stepsAtOnce }, next));
  if (hour !== null && !listingSteps.some((step) => failed.has(step))) await recordListing(deps, hour);
}

async function succeeds(deps: Deps, step: Step): Promise<boolean> {
  try {
    await step(deps);
    return true;
  } catch (cause) {
    deps.log.error('sweep.failed', { sweep: step.name, cause });
    return false;
  }
}

/** If the database doesn't say what is due, everything is. `hour`: the store is to be listed in this hour. */
async function dueSteps(deps: Deps): Promise<{ steps: readonly Step[]; hour: string | null }> {
  const { due, hour } = await dueListing(deps).catch(() => ({ due: 'all' as const, hour: null }));
  if (due === 'all') return { steps: sweepSteps, hour };
  return { steps: due === 'uploads' ? [...frequentSteps, sweepUploadedObjects] : frequentSteps, hour };
}

// The periodic sweep: reassigns work whose lease has expired, and removes what its retention has ended for. Runs every ten seconds
// to a minute.
import { sweepIdempotencyKeys } from './access/idempotency.ts';
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
import { sweepArchives } from './registry/storage/archives.ts';
import { optimizeDatabase } from './registry/storage/optimize.ts';
import { sweepOrphanedObjects } from './registry/storage/orphaned-objects.ts';
import { sweepUploadedObjects } from './registry/uploads/uploaded-objects.ts';
import { sweepUploads } from './registry/uploads/uploads.ts';
import { sweepRescans } from './scan-host/rescans.ts';
import { sweepWaivers } from './scan-host/waivers.ts';
import { sweepTraffic } from './traffic/sweep.ts';
import { sweepFeatures } from './vectors/sync-features.ts';

export const sweepSteps: readonly ((deps: Deps) => Promise<unknown>)[] = [
  sweepOutbox,
  sweepWebhooks,
  sealEvents,
  sweepUploads,
  sweepUploadedObjects,
  sweepWaivers,
  sweepRescans,
  sweepDeployments,
  sweepCrashing,
  sweepSecrets,
  sweepLiveVersions,
  sweepInstalled,
  sweepPublished,
  sweepDeployHooks,
  emptyDeletedNamespaces,
  sweepArchives,
  sweepOrphanedObjects,
  sweepOrphanedArtifacts,
  sweepOrphanedEnvironments,
  sweepOrphanedModels,
  sweepIdempotencyKeys,
  sweepUnstoredLogs,
  sweepInstanceLogs,
  sweepAgentArtifacts,
  sweepAgentCopies,
  sweepFeatures,
  sweepHistory,
  sweepTraffic,
  archiveEvents,
  optimizeDatabase,
];

/** Runs one after the other. One that fails is logged, and the others run: a store or queue that is down must not stop them. */
export async function sweep(deps: Deps): Promise<void> {
  for (const run of sweepSteps)
    await run(deps).catch((cause: unknown) => deps.log.error('sweep.failed', { sweep: run.name, cause }));
}

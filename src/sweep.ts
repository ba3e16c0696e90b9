// The periodic sweep: reassigns work whose lease has expired, and removes what its retention has ended for. Runs every ten seconds
// to a minute.
import { sweepIdempotencyKeys } from './access/idempotency.ts';
import { sweepInstanceLogs } from './deploy/builder/instance-log.ts';
import { sweepOrphanedArtifacts } from './deploy/builder/orphaned-artifacts.ts';
import { sweepInstalled } from './deploy/install/retire.ts';
import { sweepLiveVersions } from './deploy/live-versions.ts';
import { emptyDeletedNamespaces } from './deploy/removal.ts';
import { sweepDeployments } from './deploy/sweep.ts';
import type { Deps } from './deps.ts';
import { sweepOutbox } from './events/outbox.ts';
import { sealEvents } from './events/seal.ts';
import { sweepWebhooks } from './events/webhooks/sweep.ts';
import { sweepAgentCopies } from './registry/agents/artifact-copies.ts';
import { sweepAgentArtifacts } from './registry/agents/verification.ts';
import { sweepArchives } from './registry/storage/archives.ts';
import { sweepOrphanedObjects } from './registry/storage/orphaned-objects.ts';
import { sweepUploads } from './registry/uploads/uploads.ts';
import { sweepRescans } from './scan-host/rescans.ts';
import { sweepWaivers } from './scan-host/waivers.ts';
import { sweepFeatures } from './vectors/sync-features.ts';

export async function sweep(deps: Deps): Promise<void> {
  await sweepOutbox(deps);
  await sweepWebhooks(deps);
  await sealEvents(deps);
  await sweepUploads(deps);
  await sweepWaivers(deps);
  await sweepRescans(deps);
  await sweepDeployments(deps);
  await sweepLiveVersions(deps);
  await sweepInstalled(deps);
  await emptyDeletedNamespaces(deps);
  await sweepArchives(deps);
  await sweepOrphanedObjects(deps);
  await sweepOrphanedArtifacts(deps);
  await sweepIdempotencyKeys(deps);
  await sweepInstanceLogs(deps);
  await sweepAgentArtifacts(deps);
  await sweepAgentCopies(deps);
  await sweepFeatures(deps);
}

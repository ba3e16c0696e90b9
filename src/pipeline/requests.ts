// Starts publishing for a request, and waits for the outcome as long as the caller does. The queue continues unfinished work.
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { isVisibleOwner } from '../access/owners.ts';
import type { UploadId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { OwnerId } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { sendNow } from '../events/outbox.ts';
import { publishClaimed } from '../pipeline.ts';
import type { Install } from '../registry/go/installs.ts';
import { type GitPublication, openGitUpload, requireGitPublisher } from '../registry/uploads/git-uploads.ts';
import { readOutcome, type UploadOutcome } from '../registry/uploads/outcomes.ts';
import {
  type Claim,
  type Confirmation,
  claimUpload,
  type Upload,
  type UploadScope,
} from '../registry/uploads/uploads.ts';
import {
  type InstallOutcome,
  requestInstall,
  requestWaitMs,
  waitForInstall,
  waitForQueue,
} from '../rollouts/installs/install-requests.ts';

/**
 * Publishes an uploaded archive. A small one is published within the request if the verdict takes under 20 s. Otherwise the queue
 * continues and the request watches the upload's row, so it doesn't matter if the caller disconnects.
 */
export async function confirmUpload(
  deps: Deps,
  id: UploadId,
  scope: UploadScope,
  confirmation: Confirmation,
): Promise<UploadOutcome> {
  const waitUntil = deps.clock.now() + deps.confirmInlineMs;
  for (;;) {
    const { claim, upload } = await claimUpload(deps, id, scope, confirmation);
    if (claim) return publishOrWait(deps, claim);
    if (!upload) throw new Problem('not-found', `Upload not found: ${id}`, { details: { resource: 'upload', id } });
    const outcome = await waitForOutcome(deps, upload, waitUntil);
    // If the upload was reopened without a verdict or its worker died, this confirm claims it and gets the full time.
    if (outcome !== 'claimable') return outcome;
  }
}

async function publishOrWait(deps: Deps, claim: Claim): Promise<UploadOutcome> {
  const deadline = deps.clock.now() + deps.confirmInlineMs;
  const outcome = await publishClaimed(deps, claim, deadline);
  if (outcome.status !== 'pending') return outcome;
  await waitForQueue(deps, outcome.upload, deadline - deps.clock.now());
  return readOutcome(deps, outcome.upload);
}

/**
 * Publishes a Git source. The queue does the work and the request watches the upload's row, so it doesn't matter if the caller
 * disconnects.
 */
export async function installPlugin(
  deps: Deps,
  actor: Actor,
  install: Install,
  waitSeconds: number | undefined,
): Promise<InstallOutcome> {
  requireScope(actor, 'plugins:write', install.name);
  requireScope(actor, 'plugins:deploy', install.name);
  const upload = await requestInstall(deps, actor, install);
  return waitForInstall(deps, actor, { install, upload, waitSeconds });
}

/** Publishes an extractor from Git, like `installPlugin`. */
export async function publishFromGit(
  deps: Deps,
  actor: Actor,
  ownerId: OwnerId,
  { publication, waitSeconds }: { publication: GitPublication; waitSeconds: number | undefined },
): Promise<UploadOutcome> {
  requireGitPublisher(actor, ownerId, publication);
  const { sources } = await deps.builder.capabilities();
  if (!sources.available) throw new Problem('capability-missing', sources.reason);
  const publisher = { organizationId: actor.organizationId, ownerId, actor: actor.ref };
  const opened = await openGitUpload(
    deps,
    publisher,
    { ...publication, stage: publication.stage || actor.stageOnly },
    { condition: isVisibleOwner(actor, ownerId) },
  );
  if (!opened) throw notFound('namespace', ownerId);
  deps.defer(sendNow(deps, opened.message));
  await waitForQueue(deps, opened.upload, requestWaitMs(deps, waitSeconds));
  return readOutcome(deps, opened.upload);
}

/** Waits for the outcome from the confirm that claimed the upload, or until the upload can be claimed again. */
async function waitForOutcome(
  deps: Deps,
  { id, organizationId }: Upload,
  waitUntil: number,
): Promise<UploadOutcome | 'claimable'> {
  const { clock, waits } = deps;
  const found = await waits.until({ organizationId, forMs: waitUntil - clock.now() }, async () => {
    const outcome = await readOutcome(deps, { id });
    if (outcome.status !== 'pending') return outcome;
    const { status, leaseUntil } = outcome.upload;
    if (status === 'open' || (leaseUntil !== null && leaseUntil <= clock.now())) return 'claimable';
    return leaseUntil === null ? outcome : undefined;
  });
  return found ?? readOutcome(deps, { id });
}

// Slipway in one file: upload → scan → store → build → deploy. Every step is one named call, and resumable by id: the row tells
// how far it came, whoever holds its lease goes on. Serving is in serve/, moving traffic in deploy/promote.ts.
import { type Actor, requireScope } from './access/actor.ts';
import { sweepIdempotencyKeys } from './access/idempotency.ts';
import { markNamespaceDeleted, type Namespace, namespaceByIdOrName, requireNotDefault } from './access/namespaces.ts';
import { Meter } from './archive/meter.ts';
import { sortedFindings, verdictOf } from './contract/finding.ts';
import { leases, uploadLimits } from './contract/limits.ts';
import type { DeploymentId, NamespaceId, UploadId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import type { OwnerId } from './db/schema/registry.ts';
import { sweepInstanceLogs } from './deploy/builder/instance-log.ts';
import { startInstance } from './deploy/builder/instances.ts';
import { sweepOrphanedArtifacts } from './deploy/builder/orphaned-artifacts.ts';
import { type ClaimedDeployment, claimDeployment, failDeployment, promote, withRenewedLease } from './deploy/claim.ts';
import { advanceInstall } from './deploy/install/install.ts';
import { retireOlderVersions, sweepInstalled } from './deploy/install/retire.ts';
import type { Deployment } from './deploy/overview.ts';
import { createDeployment } from './deploy/request-deployment.ts';
import { handleFailure } from './deploy/retry-policy.ts';
import { runStep } from './deploy/steps.ts';
import { sweepDeployments } from './deploy/sweep.ts';
import { disableVersion, emptyDeletedNamespaces, removeVersion } from './deploy/undeploy.ts';
import { verifyExamples } from './deploy/verify.ts';
import type { Deps } from './deps.ts';
import { sweepOutbox } from './events/outbox.ts';
import { sealEvents } from './events/seal.ts';
import { sweepWebhooks } from './events/webhooks/sweep.ts';
import { readManifest } from './manifest/manifest.ts';
import { sweepAgentCopies } from './registry/agents/artifact-copies.ts';
import { sweepAgentArtifacts } from './registry/agents/verification.ts';
import { archiveTooLarge, openUploadedArchive, storeArchive, sweepArchives } from './registry/storage/archives.ts';
import { sweepOrphanedObjects } from './registry/storage/orphaned-objects.ts';
import type { ReadProgress } from './registry/storage/r2-archive.ts';
import { acceptUpload, readOutcome, rejectUpload, type UploadOutcome } from './registry/uploads/outcomes.ts';
import {
  type Claim,
  type Confirmation,
  claimUpload,
  OutOfTime,
  releaseUpload,
  renewUploadLease,
  reopenUpload,
  requeueUpload,
  sweepUploads,
  type UploadScope,
} from './registry/uploads/uploads.ts';
import { catalogueItem } from './registry/versions/catalogue.ts';
import {
  type Enableable,
  enable,
  enableStatements,
  findEnableable,
  type Parameters,
  parametersInNamespace,
} from './registry/versions/enabled.ts';
import type { PluginVersion } from './registry/versions/versions.ts';
import { cacheFindings } from './scan-host/cached-findings.ts';
import { formatRejection, mayBeDeployed } from './scan-host/current-verdict.ts';
import { sweepRescans } from './scan-host/rescans.ts';
import { prepareScan, runScan, type ScanResult, scanKey } from './scan-host/scans.ts';
import { acceptanceGuard, verdictBasis } from './scan-host/verdict-basis.ts';
import { applyWaivers, sweepWaivers } from './scan-host/waivers.ts';
import { sweepFeatures } from './vectors/sync-features.ts';

/** What the client hears at confirm: the verdict, worked out inline when there is time, else by the queue. */
export async function confirmUpload(
  deps: Deps,
  id: UploadId,
  scope: UploadScope,
  said: Confirmation,
): Promise<UploadOutcome> {
  const deadline = deps.clock.now() + deps.confirmInlineMs;
  for (;;) {
    const { claim, upload } = await claimUpload(deps, id, scope, said);
    if (claim) return advanceClaimed(deps, claim, deadline);
    if (!upload) throw new Problem('not-found', `Upload not found: ${id}`, { details: { resource: 'upload', id } });
    const outcome = await waitForOutcome(deps, id, deadline);
    // Opened again without a verdict: why, this confirm finds out for itself.
    if (outcome.upload.status !== 'open') return outcome;
  }
}

/** The same work, taken from the queue. What the client must mend is told when it confirms again. */
export async function advanceUpload(deps: Deps, id: UploadId): Promise<void> {
  const { claim } = await claimUpload(deps, id, 'any');
  if (!claim) return;
  if (claim.upload.source) return advanceInstall(deps, claim, claim.upload.source);
  try {
    await advanceClaimed(deps, claim, Number.POSITIVE_INFINITY);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

async function advanceClaimed(deps: Deps, claim: Claim, deadline: number): Promise<UploadOutcome> {
  try {
    return await judgeUpload(deps, claim, deadline);
  } catch (error) {
    if (error instanceof OutOfTime) {
      await requeueUpload(deps, claim);
      return { status: 'pending', upload: claim.upload };
    }
    const inQueue = deadline === Number.POSITIVE_INFINITY;
    if (inQueue && !(error instanceof Problem)) await releaseUpload(deps, claim);
    else await reopenUpload(deps, claim);
    throw error;
  }
}

async function judgeUpload(deps: Deps, claim: Claim, deadline: number): Promise<UploadOutcome> {
  const { upload } = claim;
  if (upload.attempts > leases.upload.attemptsMax) return rejectUpload(deps, claim, 'attempts', []);
  const progress = { checkpoint: renewUploadLease(deps, claim, deadline), bytesRead: 0 };
  const meter = new Meter();
  const archive = await openUploadedArchive(deps, upload, {
    progress,
    meter,
    inline: deadline !== Number.POSITIVE_INFINITY,
  });
  if (!archive) return rejectUpload(deps, claim, 'content', [archiveTooLarge()]);
  const plugin = { paths: archive.files.map((file) => file.path), read: archive.read };
  const manifest = await readManifest(deps.parsers, plugin, {
    name: upload.name,
    version: upload,
    versionChosenByServer: upload.versionChosenByServer,
  });
  const basis = await verdictBasis(deps, upload, scanKey(deps, archive));
  const scan = await runScan(deps, archive, basis, progress.checkpoint);
  if (scan.files) deps.defer(cacheFindings(deps, upload, scan.files));
  const judged = applyWaivers(scan.findings, basis.waivers);
  const findings = sortedFindings([...judged, ...manifest.problems, ...manifest.warnings]);
  if (!archive.zip || manifest.problems.length > 0 || verdictOf(judged) === 'reject')
    return rejectUpload(deps, claim, 'content', findings);
  await storeArchive(deps, archive.zip, archive.files);
  deps.log.info('upload.stored', { upload: upload.id, ...costOf(progress, meter, scan, deps) });
  return acceptUpload(deps, claim, {
    sha256: archive.zip.sha256,
    uploadSha256: archive.sha256,
    sizeBytes: archive.zip.source.size,
    manifest: manifest.manifest,
    featureUri: manifest.featureUri,
    hasRealtime: manifest.hasRealtime,
    findings,
    scan: await prepareScan(deps, scan),
    verdict: verdictOf(judged),
    evaluatedPolicy: Number(deps.policyVersion),
    basis: acceptanceGuard(deps, upload, basis, judged),
  });
}

/** What the budget of design §9 is measured by. */
function costOf(
  { bytesRead }: ReadProgress,
  { inflatedBytes, heldPeakBytes }: Meter,
  { filesScanned, filesReused }: ScanResult,
  { parsers }: Deps,
) {
  return {
    files_scanned: filesScanned - filesReused,
    files_reused: filesReused,
    bytes_read: bytesRead,
    bytes_inflated: inflatedBytes,
    bytes_held_peak: heldPeakBytes,
    wasm_heap_bytes: parsers.heapBytes(),
  };
}

/** Another confirm has it: its answer is this one's too. */
async function waitForOutcome(deps: Deps, id: UploadId, deadline: number): Promise<UploadOutcome> {
  for (;;) {
    const outcome = await readOutcome(deps, { id });
    if (outcome.status !== 'pending' || outcome.upload.leaseUntil === null || deps.clock.now() >= deadline)
      return outcome;
    await new Promise((resolve) => setTimeout(resolve, uploadLimits.pollMs));
  }
}

const stepsDone = { queued: 0, claimed: 0, building: 0, starting: 1, verifying: 2, ready: 3 } as const;

/** One attempt to make a version serve. Cut off anywhere, the next claim goes on at the step it had reached. */
export async function advanceDeployment(deps: Deps, id: DeploymentId): Promise<void> {
  const work = await claimDeployment(deps, id);
  if (!work) return;
  const { deployment, rejection } = work;
  if (rejection) return failDeployment(deps, deployment, formatRejection(rejection), work);
  try {
    await withRenewedLease(deps, work, () => runSteps(deps, work));
  } catch (error) {
    await handleFailure(deps, work, error);
  }
}

async function runSteps(deps: Deps, work: ClaimedDeployment): Promise<void> {
  const { version } = work;
  const { id } = work.deployment;
  const done = new Map<string, number>(Object.entries(stepsDone)).get(work.deployment.status) ?? 0;
  // A Python plugin has nothing to compile: its build is the archive itself.
  if (done < 1) await runStep(deps, work, 'building', 'build', async () => {});
  if (done < 2) await runStep(deps, work, 'starting', 'start', (log) => startInstance(deps, id, version, log));
  if (done < 3) {
    await runStep(deps, work, 'verifying', 'verify', async (log) => {
      await startInstance(deps, id, version, log);
      if (version.kind === 'extractor') await verifyExamples(deps, id, version);
    });
  }
  await runStep(deps, work, 'ready', 'promote', () => promote(deps, work));
  if (version.kind !== 'extractor') await retireOlderVersions(deps, version);
}

/** Deletes one version: gone from the catalogue and from traffic in one batch; its instance drains (D16). */
export async function deleteVersion(
  deps: Deps,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<{ version: PluginVersion; wasLive: boolean }> {
  requireScope(actor, 'plugins:write');
  const { version, deployed } = await catalogueItem(deps, actor, ownerId, slug);
  if (version.ownerId !== ownerId)
    throw new Problem('conflict', `Plugin ${slug} belongs to the organization; here it can be disabled`, {
      details: { resource: 'plugin', id: slug },
    });
  await removeVersion(deps, version, actor.ref);
  return { version, wasLive: deployed };
}

export interface EnableRequest {
  /** Null: what it has, or none. */
  parameters: Parameters | null;
  deploy: boolean;
}

/**
 * Lets a namespace use a version of its organization's and, unless told otherwise, deploys it there in the same batch (D19).
 * What serves already with these parameters goes on. What the scan policy rejects by now is not enabled then.
 */
export async function enablePlugin(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  slug: string,
  { parameters, deploy }: EnableRequest,
): Promise<Enableable & { deployment: Deployment | undefined }> {
  requireScope(actor, 'plugins:deploy');
  const found = await findEnableable(deps, actor, namespaceId, slug);
  const { version, shadowed } = found;
  const enabling = { namespaceId, version, parameters, actor: actor.ref };
  const wish = { ...enabling, type: 'realtime' as const, parameters: parametersInNamespace(namespaceId, version.id) };
  const first = enableStatements(deps, enabling, mayBeDeployed(deps, version.id));
  const deployment =
    deploy && !shadowed ? await createDeployment(deps, wish, { precededBy: first, onlyIfMissing: true }) : undefined;
  // Without one it is as if none was asked for: the name has come to mean a plugin of the namespace's own, or all is gone.
  if (!deployment) await enable(deps, enabling);
  return { ...found, enabled: true, shadowed: shadowed || (deploy && !deployment), deployment };
}

/** Undeploys it there too; what isn't enabled stays as it is (D18). */
export async function disablePlugin(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  slug: string,
): Promise<Enableable> {
  requireScope(actor, 'plugins:deploy');
  const found = await findEnableable(deps, actor, namespaceId, slug);
  if (found.enabled) await disableVersion(deps, namespaceId, found.version, actor.ref);
  return found;
}

/** Nothing in it is reachable from the first statement on; it is emptied after the answer, or by the sweep (D17). */
export async function deleteNamespace(deps: Deps, actor: Actor, identifier: string): Promise<Namespace> {
  requireScope(actor, 'namespaces:admin');
  const namespace = await namespaceByIdOrName(deps, actor, identifier);
  requireNotDefault(namespace);
  await markNamespaceDeleted(deps, actor, namespace.id);
  deps.defer(emptyDeletedNamespaces(deps));
  return namespace;
}

/** Every ten seconds to a minute: whatever has no owner gets one. */
export async function sweep(deps: Deps): Promise<void> {
  await sweepOutbox(deps);
  await sweepWebhooks(deps);
  await sealEvents(deps);
  await sweepUploads(deps);
  await sweepWaivers(deps);
  await sweepRescans(deps);
  await sweepDeployments(deps);
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

// The product in one file: upload or fetch → scan → store → build and analyze → place → deploy. Each step is one named call and can resume by ID: the
// row records how far it got, and the lease holder continues. What differs between kinds of plugins is in kinds/. Serving is in
// serve/, and only deploy/promote.ts moves traffic.
import { type Actor, notFound, requireScope } from './access/actor.ts';
import { isVisibleOwner } from './access/owners.ts';
import { Meter } from './archive/meter.ts';
import type { EnvironmentRef } from './contract/builder/environments.ts';
import type { Confinement } from './contract/builder/instances.ts';
import { sortedFindings } from './contract/findings/finding.ts';
import { leases } from './contract/limits/leases.ts';
import { uploadLimits } from './contract/limits/uploads.ts';
import type { DeploymentId, UploadId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import type { OwnerId } from './db/schema/registry.ts';
import { startInstance } from './deploy/builder/instances.ts';
import { requireEverything } from './deploy/environments/require-everything.ts';
import {
  type InstallOutcome,
  installWaitMs,
  requestInstall,
  waitAtMost,
  waitForInstall,
} from './deploy/install/install-requests.ts';
import { grantIfLocal } from './deploy/requirements/grants.ts';
import { handleFailure } from './deploy/retry-policy.ts';
import { stepsDone } from './deploy/states.ts';
import {
  type ClaimedDeployment,
  claimDeployment,
  failDeployment,
  promote,
  sendWaiting,
  withRenewedLease,
} from './deploy/steps/claim.ts';
import { runStep } from './deploy/steps/steps.ts';
import type { Deps } from './deps.ts';
import type { Description, KindDriver, Publication, Rejected, Rejection } from './kinds/driver.ts';
import { driverOf } from './kinds/drivers.ts';
import { adviceAt } from './manifest/dependencies/check-dependencies.ts';
import type { Install } from './registry/go/installs.ts';
import { storeArchive } from './registry/storage/archives.ts';
import { type GitPublication, openGitUpload, requireGitPublisher } from './registry/uploads/git-uploads.ts';
import {
  type AcceptedContent,
  acceptUpload,
  readOutcome,
  rejectUpload,
  type UploadOutcome,
} from './registry/uploads/outcomes.ts';
import { recordFetched, recordStep } from './registry/uploads/progress.ts';
import {
  type Claim,
  type Confirmation,
  claimUpload,
  renewUploadLease,
  type UploadScope,
  withUploadLease,
} from './registry/uploads/uploads.ts';
import { sendWaitingUpload } from './registry/uploads/waiting-uploads.ts';
import { capabilityFindings } from './scan/go/capabilities.ts';
import { formatRejection } from './scan-host/current-verdict.ts';
import { type Evaluation, evaluate, withFindings } from './scan-host/evaluate.ts';
import { prepareScan } from './scan-host/scans.ts';

const noDeadline = Number.POSITIVE_INFINITY;

/** Publishes an uploaded archive: inline if the verdict takes under 20 s, otherwise by queue. */
export async function confirmUpload(
  deps: Deps,
  id: UploadId,
  scope: UploadScope,
  confirmation: Confirmation,
): Promise<UploadOutcome> {
  const waitUntil = deps.clock.now() + deps.confirmInlineMs;
  for (;;) {
    const { claim, upload } = await claimUpload(deps, id, scope, confirmation);
    if (claim) return publishClaimed(deps, claim, deps.clock.now() + deps.confirmInlineMs);
    if (!upload) throw new Problem('not-found', `Upload not found: ${id}`, { details: { resource: 'upload', id } });
    const outcome = await waitForOutcome(deps, id, waitUntil);
    // An upload that was reopened without a verdict, or whose worker died, is claimed by this confirm, which then has its full time.
    if (outcome !== 'claimable') return outcome;
  }
}

/** Publishes a Git source: the work starts within the request and continues in the queue when the caller stops waiting. */
export async function installPlugin(
  deps: Deps,
  actor: Actor,
  install: Install,
  waitSeconds: number | undefined,
): Promise<InstallOutcome> {
  requireScope(actor, 'plugins:write');
  requireScope(actor, 'plugins:deploy');
  const upload = await requestInstall(deps, actor, install);
  const work = advanceUpload(deps, upload.id).catch((cause) => {
    deps.log.error('install.failed', { upload: upload.id, cause });
    return true;
  });
  deps.defer(work);
  return waitForInstall(deps, actor, { install, upload, work, waitSeconds });
}

/** Publishes an extractor from Git: works and waits as `installPlugin` does. */
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
  const upload = await openGitUpload(deps, publisher, publication, { condition: isVisibleOwner(actor, ownerId) });
  if (!upload) throw notFound('namespace', ownerId);
  const work = advanceUpload(deps, upload.id).catch((cause) => {
    deps.log.error('git_upload.failed', { upload: upload.id, cause });
  });
  deps.defer(work);
  await waitAtMost(work, installWaitMs(waitSeconds));
  return readOutcome(deps, upload);
}

/**
 * Continues an upload or install from the queue. An error that the client has to fix is reported by the next confirm. Returns false for
 * one that another worker works on, or that waits.
 */
export async function advanceUpload(deps: Deps, id: UploadId): Promise<boolean> {
  const { claim } = await claimUpload(deps, id, 'any');
  if (!claim) return false;
  try {
    await publishClaimed(deps, claim, noDeadline);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
  } finally {
    await sendWaitingUpload(deps, claim.upload.organizationId);
  }
  return true;
}

async function publishClaimed(deps: Deps, claim: Claim, deadline: number): Promise<UploadOutcome> {
  const progress = { checkpoint: renewUploadLease(deps, claim, deadline), bytesRead: 0 };
  const publication = { claim, progress, meter: new Meter(), inline: deadline !== noDeadline };
  try {
    return await withUploadLease(deps, claim, () => publish(deps, publication));
  } catch (error) {
    return driverOf(claim.upload).handlePublishFailure(deps, publication, error);
  }
}

/** Upload or fetch → scan → store → build and analyze → place, then the version. A rejection is an outcome; a failure throws. */
async function publish(deps: Deps, publication: Publication): Promise<UploadOutcome> {
  const { upload } = publication.claim;
  const driver = driverOf(upload);
  if (upload.attempts > leases.upload.attemptsMax)
    return rejectUpload(deps, publication.claim, {
      reason: 'attempts',
      error: driver.rejectionError('attempts', upload),
    });
  const opened = await driver.openArchive(deps, publication);
  if ('rejected' in opened) return reject(deps, publication.claim, opened.rejected);
  const { archive, warnings: uploadWarnings } = opened;
  await recordFetched(deps, opened.claim);
  const described = await driver.describe(deps, opened);
  if ('ended' in described) return publishedBy(deps, driver, described.ended);
  if ('rejected' in described) return reject(deps, publication.claim, described.rejected);
  const { claim, facts, problems, warnings, advice } = described;

  const scanned = await evaluate(deps, claim.upload, archive, publication.progress.checkpoint);
  const declared = [...problems, ...warnings, ...adviceAt(scanned.scan.level, advice)];
  const allFindings = ({ findings }: Evaluation) => sortedFindings([...uploadWarnings, ...findings, ...declared]);
  const rejectFor = (evaluation: Evaluation) =>
    reject(deps, claim, {
      findings: allFindings(evaluation),
      error: driver.rejectionError(evaluation.findings, upload),
    });
  if (!archive.zip || problems.length > 0 || scanned.verdict === 'reject') return rejectFor(scanned);

  await storeArchive(deps, archive.zip, archive.files);
  logCost(deps, publication, scanned);
  await recordStep(deps, claim, 'scanned');
  const made = await buildAndPlace(deps, described, scanned, archive.zip.sha256);
  if ('rejected' in made) return reject(deps, claim, made.rejected);
  const { evaluation, results } = made;
  if (evaluation.verdict === 'reject') return rejectFor(evaluation);

  const outcome = await acceptUpload(deps, claim, {
    ...facts,
    ...results,
    sha256: archive.zip.sha256,
    uploadSha256: archive.sha256,
    sizeBytes: archive.zip.source.size,
    findings: allFindings(evaluation),
    scan: await prepareScan(deps, evaluation.scan),
    verdict: evaluation.verdict,
    evaluatedPolicy: Number(deps.policyVersion),
    guard: evaluation.guard,
  });
  return publishedBy(deps, driver, outcome);
}

interface BuiltAndPlaced {
  /** The scan's, with what the analysis adds. */
  evaluation: Evaluation;
  /** Results of building, for the kinds that are built. Nothing is placed if the evaluation rejects it. */
  results: Pick<AcceptedContent, 'built' | 'placement' | 'capabilities'>;
}

/** Builds the stored archive while its program is analyzed, and decides where it runs. */
async function buildAndPlace(
  deps: Deps,
  described: Description,
  scanned: Evaluation,
  sha256: string,
): Promise<BuiltAndPlaced | Rejected> {
  const { claim, facts } = described;
  const driver = driverOf(claim.upload);
  // Its failure is reported after the build, and not at all if the build ends the upload.
  const analyzing = Promise.allSettled([driver.analyze(deps, claim, sha256)]);
  const built = await driver.build(deps, described, sha256);
  if (built && 'rejected' in built) return built;
  if (built) await recordStep(deps, claim, 'built');
  const [analyzed] = await analyzing;
  if (analyzed.status === 'rejected') throw analyzed.reason;

  const capabilities = analyzed.value ?? undefined;
  const found = capabilities ? capabilityFindings(capabilities.reached, facts.definition?.permissions) : [];
  const evaluation = withFindings(deps, claim.upload, scanned, found);
  if (!built || evaluation.verdict === 'reject') return { evaluation, results: {} };
  const placement = await driver.place(deps, described, built);
  if ('rejected' in placement) return placement;
  return { evaluation, results: { built, placement, ...(capabilities ? { capabilities } : {}) } };
}

async function publishedBy(deps: Deps, driver: KindDriver, outcome: UploadOutcome): Promise<UploadOutcome> {
  if (outcome.status === 'accepted') await driver.afterPublish(deps, outcome);
  return outcome;
}

function reject(deps: Deps, claim: Claim, { findings, error }: Rejection): Promise<UploadOutcome> {
  return rejectUpload(deps, claim, { reason: 'content', findings, error });
}

/** Logs what the upload's budget is measured by (design §9). */
function logCost(deps: Deps, { claim, progress, meter }: Publication, { scan }: Evaluation): void {
  deps.log.info('upload.stored', {
    upload: claim.upload.id,
    files_scanned: scan.filesScanned - scan.filesReused,
    files_reused: scan.filesReused,
    bytes_read: progress.bytesRead,
    bytes_inflated: meter.inflatedBytes,
    bytes_held_peak: meter.heldPeakBytes,
    wasm_heap_bytes: deps.parsers.heapBytes(),
  });
}

/** Waits for the outcome of the confirm that has claimed the upload, or until the upload can be claimed again. */
async function waitForOutcome(deps: Deps, id: UploadId, waitUntil: number): Promise<UploadOutcome | 'claimable'> {
  for (;;) {
    const outcome = await readOutcome(deps, { id });
    if (outcome.status !== 'pending') return outcome;
    const { status, leaseUntil } = outcome.upload;
    const now = deps.clock.now();
    if (status === 'open' || (leaseUntil !== null && leaseUntil <= now)) return 'claimable';
    if (leaseUntil === null || now >= waitUntil) return outcome;
    await new Promise((resolve) => setTimeout(resolve, uploadLimits.pollMs));
  }
}

/** Deploys: build → start → verify → promote. If it is interrupted, the next claim continues with the step it had reached. */
export async function advanceDeployment(deps: Deps, id: DeploymentId): Promise<void> {
  const claimed = await claimDeployment(deps, id);
  if (!claimed) return;
  const { deployment, rejection } = claimed;
  try {
    if (rejection) await failDeployment(deps, deployment, formatRejection(rejection), claimed);
    else await withRenewedLease(deps, claimed, () => runSteps(deps, claimed));
  } catch (error) {
    await handleFailure(deps, claimed, error);
  } finally {
    await sendWaiting(deps, deployment.organizationId);
  }
}

async function runSteps(deps: Deps, claimed: ClaimedDeployment): Promise<void> {
  const { deployment, version } = claimed;
  const { id } = deployment;
  const driver = driverOf(version);
  const done = stepsDone(deployment.status);
  let confinement: Confinement = {};
  let environment: EnvironmentRef | undefined;
  if (done < 1 && driver.hasBuildStep(version))
    await runStep(deps, claimed, { state: 'building', step: 'build' }, async (log) => {
      await grantIfLocal(deps, version, log);
      await requireEverything(deps, { id, version, log });
      environment = await driver.prepareDeployment(deps, { id, version, log });
    });
  if (done < 2)
    await runStep(deps, claimed, { state: 'starting', step: 'start' }, async (log) => {
      await grantIfLocal(deps, version, log);
      confinement = await startInstance(deps, id, version, { environment, log });
    });
  if (done < 3)
    await runStep(deps, claimed, { state: 'verifying', step: 'verify', confinement }, async (log) => {
      await startInstance(deps, id, version, { environment, log });
      await driver.verify(deps, id, version);
    });
  await runStep(deps, claimed, { state: 'ready', step: 'promote' }, () => promote(deps, claimed));
  await driver.afterPromote(deps, deployment);
}

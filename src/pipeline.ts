// The product in one file: how bytes become a version, and how a version becomes traffic.
//
//   upload     an archive is confirmed, or a Git source is named: pipeline/requests.ts
//   publish    claimed → opened → described → scanned → stored → built → placed → ended, or rejected
//   deploy     claimed → building → starting → verifying → ready → promoted, or failed
//   serve      a call follows the pointer that pointers/promote.ts moved: serve/call.ts
//   roll back  the pointer moves back: rollouts/rollback/rollback.ts
//
// Any process may die at any moment: the row says what is left to do, and the next worker that claims it continues. What differs
// between kinds of plugins is in kinds/.
import { Meter } from './archive/reading/meter.ts';
import type { EnvironmentRef } from './contract/builder/environments.ts';
import type { Confinement } from './contract/builder/instances.ts';
import type { LogLine } from './contract/builder/logs/line.ts';
import type { DeploymentId, UploadId } from './core/ids.ts';
import { Problem } from './core/problem.ts';
import type { Deps } from './deps.ts';
import { whileMarked } from './events/set-aside.ts';
import { requireEverything } from './instances/environments/require-everything.ts';
import { startInstance } from './instances/fleets/instances.ts';
import { wakeAsMany } from './instances/fleets/wake.ts';
import { grantIfLocal } from './instances/requirements/grants.ts';
import type { Described, Ended, Opened, Publication, Rejected } from './kinds/driver.ts';
import { kindDriver } from './kinds/drivers.ts';
import {
  acceptVersion,
  type Built,
  buildPlugin,
  describePlugin,
  openSource,
  type Placed,
  placePlugin,
  type Scanned,
  type Stored,
  scanSources,
  storeSources,
} from './pipeline/publish-steps.ts';
import { stepsDone } from './pointers/states.ts';
import { ArchivePlace } from './registry/storage/archive-place.ts';
import { rejectUpload, type UploadOutcome } from './registry/uploads/outcomes.ts';
import { type Claim, claimUpload, renewUploadLease, withUploadLease } from './registry/uploads/uploads.ts';
import { sendWaitingUpload } from './registry/uploads/waiting-uploads.ts';
import { packIfSmall } from './rollouts/packing/pack.ts';
import {
  type ClaimedDeployment,
  claimDeployment,
  failDeployment,
  selectWaiting,
  sendWaiting,
  withRenewedLease,
} from './rollouts/steps/claim.ts';
import { goLive } from './rollouts/steps/go-live.ts';
import { handleFailure } from './rollouts/steps/retry-policy.ts';
import { runStep, type StepEnd } from './rollouts/steps/steps.ts';
import { inSpan, runInSpan } from './watching/in-span.ts';

/**
 * Continues an upload or install from the queue. The next confirm reports errors that the client must fix. Returns false if another
 * worker has the upload, or if it is waiting.
 */
export async function advanceUpload(deps: Deps, id: UploadId): Promise<boolean> {
  const { claim } = await claimUpload(deps, id, 'any');
  if (!claim) return false;
  try {
    await publishClaimed(deps, claim, Number.POSITIVE_INFINITY);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
  } finally {
    await sendWaitingUpload(deps, claim.upload.organizationId);
  }
  return true;
}

/** Publishes a claimed upload while renewing its lease. If the request reaches its deadline, the queue takes over. */
export async function publishClaimed(deps: Deps, claim: Claim, deadline: number): Promise<UploadOutcome> {
  const { upload } = claim;
  const place = new ArchivePlace(upload.organizationId);
  const renewLease = renewUploadLease(deps, claim, deadline);
  const progress = place.readProgress(renewLease);
  const publication = { claim, progress, meter: new Meter(), place, inline: Number.isFinite(deadline) };
  try {
    return await withUploadLease(deps, claim, () =>
      whileMarked(deps, upload, () => runInSpan(deps, 'publish', upload, (own) => publish(own, publication))),
    );
  } catch (error) {
    return kindDriver(upload).handlePublishFailure(deps, publication, error);
  } finally {
    place.leave();
  }
}

type Reached = { state: 'claimed' } | Opened | Described | Scanned | Stored | Built | Placed;

/** The next step from each state. */
const publishSteps: Record<Reached['state'], string> = {
  claimed: 'open',
  opened: 'describe',
  described: 'scan',
  scanned: 'store',
  stored: 'build',
  built: 'place',
  placed: 'accept',
};

/** Moves an upload from state to state until it ends. A rejection is an outcome; a failure throws. */
async function publish(deps: Deps, publication: Publication): Promise<UploadOutcome> {
  const { claim } = publication;
  let reached: Reached | Rejected | Ended = { state: 'claimed' };
  while (reached.state !== 'rejected' && reached.state !== 'ended') {
    const from: Reached = reached;
    reached = await inSpan(deps, { name: publishSteps[from.state] }, (own) => continueFrom(own, publication, from));
  }
  if (reached.state === 'rejected') return rejectUpload(deps, claim, reached.rejection);
  if (reached.outcome.status === 'accepted') await kindDriver(claim.upload).afterPublish(deps, reached.outcome);
  return reached.outcome;
}

function continueFrom(deps: Deps, publication: Publication, reached: Reached): Promise<Reached | Rejected | Ended> {
  switch (reached.state) {
    case 'claimed':
      return openSource(deps, publication);
    case 'opened':
      return describePlugin(deps, reached);
    case 'described':
      return scanSources(deps, publication, reached);
    case 'scanned':
      return storeSources(deps, publication, reached);
    case 'stored':
      return buildPlugin(deps, publication, reached);
    case 'built':
      return placePlugin(deps, reached);
    case 'placed':
      return acceptVersion(deps, reached);
  }
}

/** Deploys a version. Resumes an interrupted deployment at its current step. */
export async function advanceDeployment(deps: Deps, id: DeploymentId): Promise<void> {
  const claimed = await claimDeployment(deps, id);
  if (!claimed) return;
  const { deployment, refusal } = claimed;
  let waiting: { id: DeploymentId }[] | undefined;
  try {
    if (refusal !== undefined) await failDeployment(deps, deployment, refusal, claimed);
    else
      waiting = await withRenewedLease(deps, claimed, () =>
        runInSpan(deps, 'deploy', deployment, (own) => deploy(own, claimed)),
      );
  } catch (error) {
    await handleFailure(deps, claimed, error);
  } finally {
    await sendWaiting(deps, waiting ?? (await selectWaiting(deps, deployment)));
  }
}

/** A deployment in progress and the results of its steps. */
interface Progress {
  claimed: ClaimedDeployment;
  environment: EnvironmentRef | undefined;
  /** The instance's confinement, if this worker started it. */
  confinement: Confinement | undefined;
}

type Log = (line: LogLine) => void;

/** A deployment's steps before it goes live, each with the state that its row has during the step. */
const deploymentSteps = [
  { state: 'building', step: 'build', run: build },
  { state: 'starting', step: 'start', run: start },
  { state: 'verifying', step: 'verify', run: verify },
] as const;

/** Makes one D1 round trip per step. Returns the organization's next waiting deployment. */
async function deploy(deps: Deps, claimed: ClaimedDeployment) {
  const { deployment, version } = claimed;
  const driver = kindDriver(version);
  const progress: Progress = { claimed, environment: undefined, confinement: undefined };
  let before: StepEnd = [];
  for (const { state, step, run } of deploymentSteps.slice(stepsDone(deployment.status))) {
    if (step === 'build' && !driver.hasBuildStep(version)) continue;
    const { confinement = {} } = progress;
    const entered = { state, step, confinement, before };
    before = await inSpan(deps, { name: step }, (own) =>
      runStep(own, claimed, entered, (log) => run(own, progress, log)),
    );
  }
  const promoted = await inSpan(deps, { name: 'promote' }, (own) => goLive(own, claimed, before));
  await driver.afterPromotion(deps, deployment, promoted);
  return promoted.waiting;
}

/** Makes sure that everything the version needs exists. */
async function build(deps: Deps, progress: Progress, log: Log): Promise<void> {
  const { deployment, version } = progress.claimed;
  const use = { id: deployment.id, version, log };
  await grantIfLocal(deps, version, log);
  await requireEverything(deps, use);
  progress.environment = await kindDriver(version).prepareDeployment(deps, use);
}

/** Starts the instance without traffic. */
async function start(deps: Deps, progress: Progress, log: Log): Promise<void> {
  const { deployment, version } = progress.claimed;
  await grantIfLocal(deps, version, log);
  const { environment } = progress;
  progress.confinement = await startInstance(deps, deployment.id, version, { environment, log });
}

/**
 * Runs the plugin's own examples, moves a small instance into a shared container, and starts more instances if the live deployment has
 * several awake. If another worker started the instance, starts it again, because its builder may have lost it.
 */
async function verify(deps: Deps, { claimed, confinement, environment }: Progress, log: Log): Promise<void> {
  const { deployment, version } = claimed;
  if (!confinement) await startInstance(deps, deployment.id, version, { environment, log });
  await kindDriver(version).verify(deps, { id: deployment.id, version, environment, log });
  await packIfSmall(deps, claimed, { environment, log });
  await wakeAsMany(deps, claimed, log);
}

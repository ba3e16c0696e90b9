// The steps from a claimed upload to a version. Each takes the previous step's state, does its work, and returns the next state. All
// writes may repeat: an interrupted publication restarts from its first step.
import { indexVersion } from '../advisories/index-version.ts';
import { withExcerpts } from '../archive/excerpts.ts';
import { filesSha256 } from '../archive/files-digest.ts';
import type { StoredZip } from '../archive/tar/open-tar-gz.ts';
import type { Analysis } from '../contract/builder/analyses.ts';
import type { BuildOutput } from '../contract/builder/go-plugins.ts';
import { type Finding, sortedFindings } from '../contract/findings/finding.ts';
import { leases } from '../contract/limits/leases.ts';
import type { VersionPlacement } from '../contract/plugin/version-placement.ts';
import type { Deps } from '../deps.ts';
import { setAside } from '../events/set-aside.ts';
import type { Described, Ended, Opened, Publication, Rejected } from '../kinds/driver.ts';
import { kindDriver } from '../kinds/drivers.ts';
import { adviceAt } from '../manifest/dependencies/check-dependencies.ts';
import { storeArchive } from '../registry/storage/archives.ts';
import { inStore } from '../registry/storage/stored-archive.ts';
import { acceptUpload } from '../registry/uploads/outcomes.ts';
import { recordFetched, recordStep } from '../registry/uploads/progress.ts';
import { announceChange } from '../registry/versions/changes.ts';
import { capabilityFindings } from '../scan/go/capabilities.ts';
import { type Evaluation, evaluate, withFindings } from '../scan-host/evaluate.ts';
import { prepareScan } from '../scan-host/scans.ts';

type After<Before extends { state: string }, State, Facts = unknown> = Omit<Before, 'state'> & { state: State } & Facts;

export type Scanned = After<Described, 'scanned', { evaluation: Evaluation; zip: StoredZip; scannedAt: number }>;
export type Stored = After<Scanned, 'stored'>;
/** The evaluation includes the analysis findings. It is null for kinds that aren't built or analyzed. */
export type Built = After<Stored, 'built', { output: BuildOutput | null; capabilities: Analysis | null }>;
export type Placed = After<Built, 'placed', { placement: VersionPlacement | null }>;

/** Opens the uploaded archive, or fetches and opens the Git source. */
export async function openSource(deps: Deps, publication: Publication): Promise<Opened | Rejected> {
  const { upload } = publication.claim;
  const { attempts, id, organizationId } = upload;
  const driver = kindDriver(upload);
  const reason = await setAside(deps, {
    ...{ id, organizationId, tries: attempts, triesMax: leases.upload.attemptsMax },
    message: { v: 1, type: 'advance-upload', id },
  });
  if (reason !== undefined)
    return { state: 'rejected', rejection: { reason: 'attempts', error: driver.rejectionError('attempts', upload) } };
  const opened = await driver.openArchive(deps, publication);
  if (opened.state === 'opened') await recordFetched(deps, opened.claim);
  return opened;
}

/** Reads the declarations in the plugin's own files. An already published Git source ends here. */
export function describePlugin(deps: Deps, opened: Opened): Promise<Described | Rejected | Ended> {
  return kindDriver(opened.claim.upload).describe(deps, opened);
}

/** Scans the sources at the organization's level, and evaluates them together with the plugin's declarations. */
export async function scanSources(
  deps: Deps,
  { progress }: Publication,
  described: Described,
): Promise<Scanned | Rejected> {
  const { archive, claim, problems } = described;
  const { zip } = archive;
  const evaluation = await evaluate(deps, claim.upload, archive, progress.checkpoint);
  if (!zip || problems.length > 0 || evaluation.verdict === 'reject') return rejectedFor(described, evaluation);
  return { ...described, state: 'scanned', evaluation, zip, scannedAt: deps.clock.now() };
}

/** Stores the archive under its digest. Later steps read it from there, because a build takes minutes. */
export async function storeSources(deps: Deps, publication: Publication, scanned: Scanned): Promise<Stored> {
  await storeArchive(deps, scanned.zip, scanned.archive.files);
  logCost(deps, publication, scanned.evaluation);
  await recordStep(deps, scanned.claim, 'scanned');
  const archive = inStore(deps, scanned.archive, scanned.zip);
  return { ...scanned, state: 'stored', archive, zip: archive.zip };
}

/**
 * Builds the stored archive while analyzing its program, and evaluates what the program reaches. Must happen here: later steps couldn't
 * reject the version, because it would already exist.
 */
export async function buildPlugin(deps: Deps, { place }: Publication, stored: Stored): Promise<Built | Rejected> {
  place.leave();
  const { claim, facts, zip } = stored;
  const driver = kindDriver(claim.upload);
  // A failed analysis is reported after the build, or not at all if the build ends the upload.
  const analyzing = Promise.allSettled([driver.analyze(deps, claim, zip.sha256)]);
  const built = await driver.build(deps, stored, zip.sha256);
  if (built.state === 'rejected') return built;
  if (built.output) await recordStep(deps, claim, 'built');
  const [analyzed] = await analyzing;
  if (analyzed.status === 'rejected') throw analyzed.reason;

  const capabilities = analyzed.value;
  const found = capabilities ? capabilityFindings(capabilities.reached, facts.definition?.permissions) : [];
  const evaluation = withFindings(deps, claim.upload, stored.evaluation, found);
  if (evaluation.verdict === 'reject') return rejectedFor(stored, evaluation);
  return { ...stored, state: 'built', evaluation, output: built.output, capabilities };
}

/** Decides where a built version runs. Must follow every step that can reject the version, because this may start the plugin. */
export async function placePlugin(deps: Deps, built: Built): Promise<Placed | Rejected> {
  if (!built.output) return { ...built, state: 'placed', placement: null };
  const placed = await kindDriver(built.claim.upload).place(deps, built, built.output);
  return placed.state === 'rejected' ? placed : { ...built, ...placed };
}

/** Accepts the upload as a version, in one batch. The outcome differs if the number, the name or the policy has changed since. */
export async function acceptVersion(deps: Deps, placed: Placed): Promise<Ended> {
  const { archive, capabilities, claim, evaluation, facts, output, placement, scannedAt, zip } = placed;
  const outcome = await acceptUpload(deps, claim, {
    ...facts,
    ...(output ? { built: output } : {}),
    ...(placement ? { placement } : {}),
    ...(capabilities ? { capabilities } : {}),
    sha256: zip.sha256,
    filesSha256: await filesSha256(archive.files),
    uploadSha256: archive.sha256,
    sizeBytes: zip.source.size,
    findings: allFindings(placed, evaluation),
    scan: await prepareScan(deps, evaluation.scan),
    scannedAt,
    verdict: evaluation.verdict,
    evaluatedPolicy: Number(deps.policyVersion),
    guard: evaluation.guard,
  });
  if (outcome.status === 'accepted') {
    if (outcome.version.packagesIndexedAt === null) await indexVersion(deps, outcome.version.id);
    announceChange(deps, outcome.version.id);
  }
  return { state: 'ended', outcome };
}

type Declared = Pick<Described, 'archive' | 'claim' | 'uploadWarnings' | 'problems' | 'warnings' | 'advice'>;

async function rejectedFor(declared: Declared, evaluation: Evaluation): Promise<Rejected> {
  const { upload } = declared.claim;
  const error = kindDriver(upload).rejectionError(evaluation.findings, upload);
  const findings = await withExcerpts(declared.archive, allFindings(declared, evaluation));
  return { state: 'rejected', rejection: { reason: 'content', findings, error } };
}

function allFindings(
  { uploadWarnings, problems, warnings, advice }: Declared,
  { findings, scan }: Evaluation,
): Finding[] {
  return sortedFindings([...uploadWarnings, ...findings, ...problems, ...warnings, ...adviceAt(scan.level, advice)]);
}

/** Logs the metrics for the upload's budget (design §9). */
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

// A Go plugin on its way from Git to a version that is deployed: fetch, scan, store, build, accept, deploy. Cut off anywhere, the next
// claim begins anew: what was stored and built before is found again by its digest.
import { namespaceOf } from '../../access/owners.ts';
import { Meter } from '../../archive/meter.ts';
import { systemActor } from '../../contract/events.ts';
import { type Finding, verdictOf } from '../../contract/finding.ts';
import type { GitSource, InstallError } from '../../contract/go-plugins.ts';
import { deploymentLimits, leases } from '../../contract/limits.ts';
import type { LogLine } from '../../contract/log-line.ts';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import { readDefinition } from '../../manifest/definition.ts';
import { installedVersion } from '../../registry/go/installed-plugins.ts';
import { completeInstall, recordSource } from '../../registry/go/installs.ts';
import { archiveTooLarge, openUploadedArchive, storeArchive } from '../../registry/storage/archives.ts';
import { acceptUpload, rejectUpload } from '../../registry/uploads/outcomes.ts';
import { type Claim, releaseUpload, renewUploadLease } from '../../registry/uploads/uploads.ts';
import { cacheFindings } from '../../scan-host/cached-findings.ts';
import { prepareScan, runScan, scanKey } from '../../scan-host/scans.ts';
import { acceptanceGuard, verdictBasis } from '../../scan-host/verdict-basis.ts';
import { applyWaivers } from '../../scan-host/waivers.ts';
import { type BuildOutcome, buildArtifact } from '../builder/builds.ts';
import { createDeployment } from '../request-deployment.ts';
import { fetchSource } from './fetch-source.ts';

/** The upload has ended when this returns, but for what failed through no fault of the plugin: that is tried again later. */
export async function advanceInstall(deps: Deps, claim: Claim, source: GitSource): Promise<void> {
  const hold = renewUploadLease(deps, claim, Number.POSITIVE_INFINITY);
  const timer = setInterval(() => {
    hold().catch((cause) => deps.log.warn('install.lease_not_renewed', { upload: claim.upload.id, cause }));
  }, deploymentLimits.installRenewEveryMs);
  try {
    await install(deps, claim, source, hold);
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) {
      await releaseUpload(deps, claim);
      throw error;
    }
    await refuse(deps, claim, { code: error.code, message: error.message });
  } finally {
    clearInterval(timer);
  }
}

async function install(deps: Deps, claim: Claim, request: GitSource, hold: () => Promise<void>): Promise<void> {
  const { upload } = claim;
  if (upload.attempts > leases.upload.attemptsMax)
    return refuse(deps, claim, { code: 'given-up', message: 'It was tried too often without an end' });
  const fetched = await fetchSource(deps, upload, { repository: request.repository, ref: request.ref });
  if ('message' in fetched) return refuse(deps, claim, fetched);
  const source = { ...request, commit: fetched.commit };
  const progress = { checkpoint: hold, bytesRead: 0 };
  const archive = await openUploadedArchive(deps, upload, { progress, meter: new Meter(), inline: false });
  if (!archive?.zip) return refuse(deps, claim, found(archive?.findings ?? [archiveTooLarge()]), archive?.findings);
  const plugin = { paths: archive.files.map(({ path }) => path), read: archive.read };
  const reading = upload.kind === 'pipeline' ? await readDefinition(plugin) : { definition: null };
  if ('problem' in reading) return refuse(deps, claim, { code: 'definition', message: reading.problem });
  const { definition } = reading;
  const name = source.named ? upload.name : (definition?.name ?? upload.name);
  if (!(await recordSource(deps, claim, source, name)))
    return refuse(deps, claim, { code: 'already-installed', message: `Plugin ${name} is installed already` });
  const mine: Claim = { ...claim, upload: { ...upload, source, name } };
  if ((await installedVersion(deps, mine.upload))?.source?.commit === source.commit)
    return completeInstall(deps, upload, systemActor);

  const basis = await verdictBasis(deps, mine.upload, scanKey(deps, archive));
  const scan = await runScan(deps, archive, basis, hold);
  if (scan.files) deps.defer(cacheFindings(deps, mine.upload, scan.files));
  const findings = applyWaivers(scan.findings, basis.waivers);
  if (verdictOf(findings) === 'reject') return refuse(deps, mine, found(findings), findings);
  await storeArchive(deps, archive.zip, archive.files);
  const outcome = await build(deps, mine, archive.zip.sha256);
  if ('error' in outcome) return refuse(deps, mine, outcome.error);
  const accepted = await acceptUpload(deps, mine, {
    sha256: archive.zip.sha256,
    uploadSha256: archive.sha256,
    sizeBytes: archive.zip.source.size,
    manifest: null,
    source,
    definition,
    built: outcome.built,
    hasRealtime: true,
    featureUri: '',
    findings,
    scan: await prepareScan(deps, scan),
    verdict: verdictOf(findings),
    evaluatedPolicy: Number(deps.policyVersion),
    basis: acceptanceGuard(deps, mine.upload, basis, findings),
  });
  if (accepted.status === 'accepted') await deployInstalled(deps, accepted.version);
}

async function build(deps: Deps, { upload }: Claim, archive: string): Promise<BuildOutcome> {
  const { builds } = await deps.builder.capabilities();
  if (!builds.available) throw new Problem('capability-missing', builds.reason);
  const lines: LogLine[] = [];
  const spec = { runtime: 'go' as const, archive, commit: upload.source?.commit ?? null, scope: upload.ownerId };
  const outcome = await buildArtifact(deps, spec, builds.recipe, (line) => lines.push(line));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await deps.blobs.put(`logs/${upload.id}.ndjson`, text);
  return outcome;
}

type Deployable = Parameters<typeof createDeployment>[1]['version'];

/** A Go plugin serves as soon as it is a version: there is nothing else to do with it. */
export async function deployInstalled(deps: Deps, version: Deployable): Promise<void> {
  const namespaceId = namespaceOf(version.ownerId);
  if (namespaceId === null) return;
  const wish = { namespaceId, version, type: 'realtime' as const, parameters: {}, actor: version.createdBy };
  await createDeployment(deps, wish, { onlyIfMissing: true });
}

async function refuse(deps: Deps, claim: Claim, refusal: InstallError, findings: Finding[] = []): Promise<void> {
  await rejectUpload(deps, claim, 'content', findings, refusal);
}

function found(findings: Finding[]): InstallError {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const lines = errors.map(({ column, file, line, message, ruleId }) =>
    file === '' ? `${message} [${ruleId}]` : `${file}:${line}:${column}: ${message} [${ruleId}]`,
  );
  return { code: 'policy-rejected', message: ['Rejected by the scan policy', ...lines].join('\n') };
}

// Judging published versions again, one after the other: the work that a message `rescan` asks for (D25).
import type { OrganizationId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { openStoredArchive } from '../registry/storage/archives.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { cacheFindings } from './cached-findings.ts';
import { claimRescan, failedScan, postponeRescan, renewRescanLease, storedScanKey, storeVerdict } from './rescans.ts';
import { prepareScan, runScan } from './scans.ts';
import { verdictBasis } from './verdict-basis.ts';

type RescanDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'ids' | 'parsers' | 'policyVersion' | 'log'>;

const sliceMs = 5_000;
const sliceMax = 100;

/** Some of the versions of an organization that are to be judged again. The sweep sends for the rest: publishing comes first. */
export async function rescan(deps: RescanDeps, organizationId: OrganizationId): Promise<void> {
  const until = deps.clock.now() + sliceMs;
  for (let judged = 0; judged < sliceMax && deps.clock.now() < until; judged += 1) {
    const version = await claimRescan(deps, organizationId);
    if (!version) return;
    await rescanVersion(deps, version);
  }
}

/** The stored bytes by the present policy, unless that is known. What is live stays live; what is rejected now is deployed no more. */
async function rescanVersion(deps: RescanDeps, version: PluginVersion): Promise<void> {
  const progress = { checkpoint: renewRescanLease(deps, version), bytesRead: 0 };
  try {
    const basis = await verdictBasis(deps, version, storedScanKey(deps, version));
    const scan = basis.existingScan
      ? undefined
      : (failedScan(deps, version, basis.level) ??
        (await runScan(deps, await openStoredArchive(deps, version, progress), basis, progress.checkpoint)));
    if (scan?.files) await cacheFindings(deps, version, scan.files);
    await storeVerdict(deps, version, scan && (await prepareScan(deps, scan)));
  } catch (cause) {
    deps.log.error('rescan.failed', { version: version.id, attempts: version.evaluationAttempts, cause });
    await postponeRescan(deps, version);
  }
}

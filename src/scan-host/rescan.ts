// Evaluates published versions again, one after the other (D25). Runs for each `rescan` message.
import { rescanLimits } from '../contract/limits/scans.ts';
import type { OrganizationId } from '../core/ids.ts';
import type { Deps } from '../deps.ts';
import { withStoredArchive } from '../registry/storage/stored-archive.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { cacheFindings } from './cached-findings.ts';
import { walkRescan } from './rescan-walk.ts';
import { claimRescan, failedScan, postponeRescan, renewRescanLease, storedScanKey, storeVerdict } from './rescans.ts';
import { prepareScan, runScan } from './scans.ts';
import { verdictBasis } from './verdict-basis.ts';

type RescanDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'ids' | 'parsers' | 'policyVersion' | 'log'>;

/** Walks the organization's rescan, then evaluates some of its pending versions. The sweep sends a message for the rest, so that publishing need not wait. */
export async function rescan(deps: RescanDeps, organizationId: OrganizationId): Promise<void> {
  const { sliceMs, sliceVersions, sliceChunks } = rescanLimits;
  const deadline = deps.clock.now() + sliceMs;
  let chunks = 0;
  for (let count = 0; count < sliceVersions && deps.clock.now() < deadline; count += 1) {
    // A change of the level meanwhile starts another walk.
    while (deps.clock.now() < deadline && (await walkRescan(deps, organizationId))) {
      chunks += 1;
      if (chunks === sliceChunks) return;
    }
    const version = await claimRescan(deps, organizationId);
    if (!version) return;
    await rescanVersion(deps, version);
  }
}

/** Scans the stored archive by the current policy, unless that was done before, and stores the verdict. A failure is retried later. */
async function rescanVersion(deps: RescanDeps, version: PluginVersion): Promise<void> {
  const renew = renewRescanLease(deps, version);
  try {
    const basis = await verdictBasis(deps, version, storedScanKey(deps, version));
    const scan = basis.existingScan
      ? undefined
      : (failedScan(deps, version, basis.level) ??
        (await withStoredArchive(deps, version, renew, (archive, checkpoint) =>
          runScan(deps, archive, basis, checkpoint),
        )));
    if (scan?.files) await cacheFindings(deps, version, scan.files);
    await storeVerdict(deps, version, scan && (await prepareScan(deps, scan)));
  } catch (cause) {
    deps.log.error('rescan.failed', { version: version.id, attempts: version.evaluationAttempts, cause });
    await postponeRescan(deps, version);
  }
}

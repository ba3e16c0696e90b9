// Evaluates an opened archive: scans it at the organization's level, applies the waivers, and gives the verdict with what it rests on.
// Shared by uploaded archives and Git sources.
import type { OpenedArchive } from '../archive/open.ts';
import { type Finding, verdictOf } from '../contract/finding.ts';
import type { Verdict } from '../contract/states.ts';
import type { Deps } from '../deps.ts';
import type { Upload } from '../registry/uploads/uploads.ts';
import { cacheFindings } from './cached-findings.ts';
import { type Checkpoint, runScan, type ScanResult, scanKey } from './scans.ts';
import { acceptanceGuard, verdictBasis } from './verdict-basis.ts';
import { applyWaivers } from './waivers.ts';

export interface Evaluation {
  scan: ScanResult;
  /** The scan's findings, with those that a waiver lets pass marked. */
  findings: Finding[];
  verdict: Verdict;
  /** What must still hold in the batch that accepts the upload, and the events it writes. */
  basis: ReturnType<typeof acceptanceGuard>;
}

/** A scan that cannot run throws; it never counts as clean (invariant 3). `checkpoint` runs between files and may throw to stop. */
export async function evaluate(
  deps: Deps,
  upload: Upload,
  archive: OpenedArchive,
  checkpoint: Checkpoint,
): Promise<Evaluation> {
  const basis = await verdictBasis(deps, upload, scanKey(deps, archive));
  const scan = await runScan(deps, archive, basis, checkpoint);
  if (scan.files) deps.defer(cacheFindings(deps, upload, scan.files));
  const findings = applyWaivers(scan.findings, basis.waivers);
  return { scan, findings, verdict: verdictOf(findings), basis: acceptanceGuard(deps, upload, basis, findings) };
}

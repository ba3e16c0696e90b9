// Evaluates an opened archive, from an upload or a Git source: scans it at the organization's level, applies the waivers, and returns
// the verdict.
import type { OpenedArchive } from '../archive/open.ts';
import { decideVerdict, type Finding } from '../contract/findings/finding.ts';
import type { Verdict } from '../contract/states.ts';
import type { Deps } from '../deps.ts';
import type { Upload } from '../registry/uploads/uploads.ts';
import { cacheFindings } from './cached-findings.ts';
import type { Checkpoint } from './scan-sources.ts';
import { runScan, type ScanResult, scanKey } from './scans.ts';
import { type AcceptanceGuard, acceptanceGuard, type VerdictBasis, verdictBasis } from './verdict-basis.ts';
import { applyWaivers } from './waivers.ts';

export interface Evaluation {
  scan: ScanResult;
  basis: VerdictBasis;
  /** The scan's findings, with waived ones marked. */
  findings: Finding[];
  verdict: Verdict;
  /** Conditions that must still hold when the batch accepts the upload, and the events to write. */
  guard: AcceptanceGuard;
}

/** Throws if the scan can't run, which never counts as clean (invariant 3). `checkpoint` runs between files and may throw to stop. */
export async function evaluate(
  deps: Deps,
  upload: Upload,
  archive: OpenedArchive,
  checkpoint: Checkpoint,
): Promise<Evaluation> {
  const basis = await verdictBasis(deps, upload, scanKey(deps, archive));
  // Drops the per-file results, which are large and not needed here.
  const { files, ...scan } = await runScan(deps, archive, basis, checkpoint);
  if (files) deps.defer(cacheFindings(deps, upload, files));
  const findings = applyWaivers([...scan.findings, ...scan.uploadFindings], basis.waivers);
  return { scan, basis, ...evaluated(deps, upload, basis, findings) };
}

/** Adds findings made after the scan, and applies the waivers to them. */
export function withFindings(
  deps: Deps,
  upload: Upload,
  evaluation: Evaluation,
  added: readonly Finding[],
): Evaluation {
  const { basis, scan } = evaluation;
  const findings = [...evaluation.findings, ...applyWaivers(added, basis.waivers)];
  return { scan, basis, ...evaluated(deps, upload, basis, findings) };
}

function evaluated(deps: Deps, upload: Upload, basis: VerdictBasis, findings: Finding[]) {
  return { findings, verdict: decideVerdict(findings), guard: acceptanceGuard(deps, upload, basis, findings) };
}

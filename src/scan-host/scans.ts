// Runs the scanner over an archive and keeps the result: one row per (digest, policy version, level), so nothing is scanned twice.
// A scan that fails to run throws, and is retried; it never counts as clean (invariant 3).
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { OpenedArchive } from '../archive/open.ts';
import { type Finding, sortedFindings, verdictOf } from '../contract/finding.ts';
import type { Language } from '../contract/languages.ts';
import type { PolicyLevel, Verdict } from '../contract/states.ts';
import type { ScanId } from '../core/ids.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { scanFindings, scanFindingsKey } from '../registry/scan-findings.ts';
import { scanSource } from '../scan/scan.ts';
import type { Basis } from './basis.ts';

export interface ScanResult {
  sha256: string;
  policyVersion: string;
  level: PolicyLevel;
  /** errored: the scan would not run, and stands for one that rejects. */
  status: 'done' | 'errored';
  /** Without waivers (D26). */
  verdict: Verdict;
  findings: Finding[];
  filesScanned: number;
}

/**
 * What a scan is kept under besides its level: the zip that is stored, else what was uploaded, and the policy. The same bytes mean
 * something else to another language, so the policy of each is a version of its own.
 */
export function scanned(
  { policyVersion }: Pick<Deps, 'policyVersion'>,
  { language, sha256, zip }: Pick<OpenedArchive, 'language' | 'sha256' | 'zip'>,
): Pick<ScanResult, 'sha256' | 'policyVersion'> {
  return { sha256: zip?.sha256 ?? sha256, policyVersion: policyVersion + policySuffix(language) };
}

/** What tells the policy of another language from that of Python. */
export function policySuffix(language: Language): string {
  return language === 'python' ? '' : `-${language}`;
}

/** Called between files, so that a scan can be left when its time is up; throws to leave it. */
export type Checkpoint = () => Promise<void>;

export async function runScan(
  deps: Pick<Deps, 'blobs' | 'parsers' | 'policyVersion'>,
  archive: OpenedArchive,
  { level, known }: Pick<Basis, 'level' | 'known'>,
  checkpoint: Checkpoint,
): Promise<ScanResult> {
  const { language } = archive;
  const key = { ...scanned(deps, archive), level };
  if (known) {
    return {
      ...key,
      status: 'done',
      verdict: known.verdict,
      findings: await scanFindings(deps, known),
      filesScanned: known.filesScanned,
    };
  }
  const findings: Finding[] = [...archive.findings];
  let filesScanned = 0;
  for (const file of archive.files) {
    if (!file.source) continue;
    await checkpoint();
    const source = { path: file.path, bytes: await archive.read(file.path) };
    findings.push(...(await scanSource(deps.parsers, source, { language, level })));
    filesScanned += 1;
  }
  return { ...key, status: 'done', verdict: verdictOf(findings), findings: sortedFindings(findings), filesScanned };
}

function scanKeyed(key: Pick<ScanResult, 'sha256' | 'policyVersion' | 'level'>): SQL | undefined {
  return and(eq(scans.sha256, key.sha256), eq(scans.policyVersion, key.policyVersion), eq(scans.level, key.level));
}

const inlineFindingsBytes = 100_000;

export interface PreparedScan {
  /** The id of the row of this result, whoever wrote it: for statements that follow `save` in its batch. */
  scanId: SQL<ScanId>;
  /** Keeps the result where the condition holds; the same one written twice is one row. */
  save(condition: SQL): Statement;
}

/** Findings too big for D1 go to R2 before any row points at them. */
export async function prepareScan(
  { db, blobs, ids, clock }: Pick<Deps, 'db' | 'blobs' | 'ids' | 'clock'>,
  result: ScanResult,
): Promise<PreparedScan> {
  const text = JSON.stringify(result.findings);
  const inline = text.length <= inlineFindingsBytes;
  if (!inline) await blobs.put(scanFindingsKey(result), text);
  const { findings, ...fields } = result;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const row = {
    ...fields,
    id: ids('scan'),
    findings: inline ? findings : null,
    errorRules: [...new Set(errors.map(({ ruleId }) => ruleId))],
    createdAt: clock.now(),
  };
  return {
    scanId: sql<ScanId>`(select ${scans.id} from ${scans} where ${scanKeyed(result)})`,
    save: (condition) => insertWhere(db, scans, row, condition, inPlaceOfErrored),
  };
}

/** What was kept first stays, but for a scan that would not run. No version refers to that one. */
const inPlaceOfErrored = sql`on conflict (sha256, policy_version, level) do update set
  id = excluded.id, status = excluded.status, verdict = excluded.verdict, findings = excluded.findings,
  error_rules = excluded.error_rules, files_scanned = excluded.files_scanned, created_at = excluded.created_at
  where scans.status = 'errored'`;

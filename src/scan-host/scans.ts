// Scans an archive and stores the result in one row per (digest, policy version, level), so that nothing is scanned twice. A scan that
// can't run throws and is retried; it never counts as clean (invariant 3).
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { OpenedArchive } from '../archive/open.ts';
import { decideVerdict, type Finding, sortedFindings } from '../contract/findings/finding.ts';
import { isUploadRule } from '../contract/findings/rules.ts';
import type { Language } from '../contract/plugin/languages.ts';
import type { PolicyLevel, Verdict } from '../contract/states.ts';
import type { ScanId } from '../core/ids.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { loadFindings, storeFindings } from '../registry/storage/stored-findings.ts';
import { reusableFindings, type ScannedFiles } from './cached-findings.ts';
import { type Checkpoint, scanSources } from './scan-sources.ts';
import type { VerdictBasis } from './verdict-basis.ts';

export interface ScanResult {
  sha256: string;
  policyVersion: string;
  level: PolicyLevel;
  /** `errored`: the scan couldn't run. It counts as a rejection. */
  status: 'done' | 'errored';
  /** The verdict before waivers (D26). */
  verdict: Verdict;
  findings: Finding[];
  /** Findings that reject an upload only. They aren't stored, because a version keeps its verdict. */
  uploadFindings: Finding[];
  /** Number of sources that the result covers. */
  filesScanned: number;
  /** Number of sources whose findings were already known, so that they weren't scanned again. */
  filesReused: number;
  /** Findings to cache for the plugin's next version; absent if nothing was scanned. */
  files?: ScannedFiles;
}

/**
 * Returns a scan's key, without its level: the digest of the stored zip (or of the upload if no zip is stored) and the policy version.
 * Each language has its own policy version, because the same bytes can mean something else in another language.
 */
export function scanKey(
  { policyVersion }: Pick<Deps, 'policyVersion'>,
  { language, sha256, zip }: Pick<OpenedArchive, 'language' | 'sha256' | 'zip'>,
): Pick<ScanResult, 'sha256' | 'policyVersion'> {
  return { sha256: zip?.sha256 ?? sha256, policyVersion: policyVersion + policySuffix(language) };
}

/** SQL over rows of plugin_versions: the policy version suffix for the version's language. */
export const versionPolicySuffix = sql`case when ${pluginVersions.kind} = 'extractor' then ${policySuffix('python')} else ${policySuffix('go')} end`;

/** Returns a language's policy version suffix. */
function policySuffix(language: Language): string {
  return language === 'python' ? '' : `-${language}`;
}

/** Scans the archive, or loads the result if the same bytes were already scanned. */
export async function runScan(
  deps: Pick<Deps, 'blobs' | 'parsers' | 'policyVersion'>,
  archive: OpenedArchive,
  basis: Pick<VerdictBasis, 'level' | 'existingScan' | 'cached'>,
  checkpoint: Checkpoint,
): Promise<ScanResult> {
  const { existingScan, level } = basis;
  const key = { ...scanKey(deps, archive), level, status: 'done' as const };
  if (existingScan) {
    const { verdict, filesScanned } = existingScan;
    return {
      ...key,
      verdict,
      findings: await loadFindings(deps, existingScan),
      uploadFindings: [],
      filesScanned,
      filesReused: filesScanned,
    };
  }
  const settings = { policyVersion: key.policyVersion, level };
  const cached = reusableFindings(basis.cached, settings);
  const sources = await scanSources(deps, archive, { level, cached, checkpoint });
  const uploadFindings = sources.findings.filter(({ ruleId }) => isUploadRule(ruleId));
  const lasting = sources.findings.filter(({ ruleId }) => !isUploadRule(ruleId));
  const findings = sortedFindings([...archive.findings, ...lasting]);
  const { filesScanned, filesReused, files } = sources;
  return {
    ...key,
    verdict: decideVerdict(findings),
    findings,
    uploadFindings,
    filesScanned,
    filesReused,
    ...(filesReused < filesScanned ? { files: { settings, files } } : {}),
  };
}

function matchesScan(key: Pick<ScanResult, 'sha256' | 'policyVersion' | 'level'>): SQL | undefined {
  return and(eq(scans.sha256, key.sha256), eq(scans.policyVersion, key.policyVersion), eq(scans.level, key.level));
}

export interface PreparedScan {
  /** SQL: the ID of this result's row, which another worker may have written. Use it in statements after `save` in the same batch. */
  scanId: SQL<ScanId>;
  /** Inserts the result if the condition holds and it isn't stored yet. */
  save(condition: SQL): Statement;
}

/** Writes large findings to R2, and returns the statement that stores the result. */
export async function prepareScan(
  deps: Pick<Deps, 'db' | 'blobs' | 'ids' | 'clock'>,
  result: ScanResult,
): Promise<PreparedScan> {
  const { db, ids, clock } = deps;
  const { findings, uploadFindings, files, filesReused, ...fields } = result;
  const id = ids('scan');
  const errors = findings.filter(({ severity }) => severity === 'error');
  const row = {
    ...fields,
    id,
    findings: await storeFindings(deps, id, findings),
    errorRules: [...new Set(errors.map(({ ruleId }) => ruleId))],
    createdAt: clock.now(),
  };
  return {
    scanId: sql<ScanId>`(select ${scans.id} from ${scans} where ${matchesScan(result)})`,
    save: (condition) => insertWhere(db, scans, row, condition, replaceErroredScan),
  };
}

/** Keeps the first row, unless its scan couldn't run; no version refers to such a row. */
const replaceErroredScan = sql`on conflict (sha256, policy_version, level) do update set
  id = excluded.id, status = excluded.status, verdict = excluded.verdict, findings = excluded.findings,
  error_rules = excluded.error_rules, files_scanned = excluded.files_scanned, created_at = excluded.created_at
  where scans.status = 'errored'`;

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
import { loadFindings, storeFindings } from '../registry/storage/stored-findings.ts';
import { modulesOf, scanSource, sourceIdentity } from '../scan/scan.ts';
import { type FileFindings, reusableFindings, type ScanSettings } from './cached-findings.ts';
import type { Basis } from './verdict-basis.ts';

export interface ScanResult {
  sha256: string;
  policyVersion: string;
  level: PolicyLevel;
  /** errored: the scan would not run, and stands for one that rejects. */
  status: 'done' | 'errored';
  /** Without waivers (D26). */
  verdict: Verdict;
  findings: Finding[];
  /** Sources that were judged. */
  filesScanned: number;
  /** Of these, those that were not scanned for it: they had been before. */
  filesReused: number;
  /** What the sources held, for the next version of the plugin; absent when nothing was scanned. */
  files?: { by: ScanSettings; files: FileFindings };
}

/**
 * What a scan is kept under besides its level: the zip that is stored, else what was uploaded, and the policy. The same bytes mean
 * something else to another language, so the policy of each is a version of its own.
 */
export function scanKey(
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
  basis: Pick<Basis, 'level' | 'existingScan' | 'cached'>,
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
      filesScanned,
      filesReused: filesScanned,
    };
  }
  const modules = level === 'strict' ? modulesOf(archive.files.map(({ path }) => path)) : [];
  const by = { policyVersion: key.policyVersion, level, modules };
  const before = reusableFindings(basis.cached, by);
  const sources = await scanSources(deps, archive, { by, before, checkpoint });
  const findings = sortedFindings([...archive.findings, ...sources.findings]);
  const { filesScanned, filesReused, files } = sources;
  return {
    ...key,
    verdict: verdictOf(findings),
    findings,
    filesScanned,
    filesReused,
    ...(filesReused < filesScanned ? { files: { by, files } } : {}),
  };
}

async function scanSources(
  { parsers }: Pick<Deps, 'parsers'>,
  { files: entries, language, read }: OpenedArchive,
  { by, before, checkpoint }: { by: ScanSettings; before: FileFindings; checkpoint: Checkpoint },
) {
  const options = { language, level: by.level, localModules: new Set(by.modules) };
  const files = new Map<string, readonly Finding[]>();
  const findings: Finding[] = [];
  let filesScanned = 0;
  let filesReused = 0;
  for (const { path, sha256, source } of entries) {
    if (!source) continue;
    const identity = sha256 === null ? undefined : sourceIdentity({ path, sha256 }, language);
    const reused = identity === undefined ? undefined : before.get(identity);
    if (!reused) await checkpoint();
    const found = reused ?? (await scanSource(parsers, { path, bytes: await read(path) }, options));
    if (identity !== undefined) files.set(identity, found);
    for (const finding of found) findings.push({ ...finding, file: path });
    filesScanned += 1;
    if (reused) filesReused += 1;
  }
  return { findings, files, filesScanned, filesReused };
}

function matchesScan(key: Pick<ScanResult, 'sha256' | 'policyVersion' | 'level'>): SQL | undefined {
  return and(eq(scans.sha256, key.sha256), eq(scans.policyVersion, key.policyVersion), eq(scans.level, key.level));
}

export interface PreparedScan {
  /** The id of the row of this result, whoever wrote it: for statements that follow `save` in its batch. */
  scanId: SQL<ScanId>;
  /** Keeps the result where the condition holds; the same one written twice is one row. */
  save(condition: SQL): Statement;
}

export async function prepareScan(
  deps: Pick<Deps, 'db' | 'blobs' | 'ids' | 'clock'>,
  result: ScanResult,
): Promise<PreparedScan> {
  const { db, ids, clock } = deps;
  const { findings, files, filesReused, ...fields } = result;
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

/** What was kept first stays, but for a scan that would not run. No version refers to that one. */
const replaceErroredScan = sql`on conflict (sha256, policy_version, level) do update set
  id = excluded.id, status = excluded.status, verdict = excluded.verdict, findings = excluded.findings,
  error_rules = excluded.error_rules, files_scanned = excluded.files_scanned, created_at = excluded.created_at
  where scans.status = 'errored'`;

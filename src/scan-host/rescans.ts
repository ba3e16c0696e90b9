// Published versions judged again, when the policy, its level or a waiver has changed (D25). The work list is in the rows: versions
// whose verdict is of an older policy, or of none. A version is claimed, scanned unless its bytes are known, and its verdict told
// if it changed; nothing is unpublished and nothing that is live is touched. Cut off anywhere, the row is free again after its lease.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { namespaceOf } from '../access/owners.ts';
import { systemActor } from '../contract/events.ts';
import { finding } from '../contract/finding.ts';
import { languageOf } from '../contract/languages.ts';
import type { OrganizationId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { currentVerdict, rejectingRules } from './current-verdict.ts';
import { levelOf } from './levels.ts';
import { needsEvaluation } from './pending-rescans.ts';
import { type PreparedScan, type ScanResult, scanKey } from './scans.ts';

type RescanDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'policyVersion'>;

const leaseMs = 60_000;
/** Claims after which a version counts as one that cannot be scanned. The pauses between them add up to two hours. */
const attemptsMax = 8;

/** The next version of the organization that nobody is at, or undefined when there is none. */
export async function claimRescan(
  deps: RescanDeps,
  organizationId: OrganizationId,
): Promise<PluginVersion | undefined> {
  const { db, clock } = deps;
  const next = sql`(select ${pluginVersions.id} from ${pluginVersions} where ${and(eq(pluginVersions.organizationId, organizationId), needsEvaluation(deps))} order by ${pluginVersions.id} limit 1)`;
  const [version] = await db
    .update(pluginVersions)
    .set({
      evaluationLeaseUntil: clock.now() + leaseMs,
      evaluationAttempts: sql`${pluginVersions.evaluationAttempts} + 1`,
    })
    .where(eq(pluginVersions.id, next))
    .returning();
  return version;
}

/** Called between pieces of a scan: keeps the claim. In workerd the clock goes on only while code waits. */
export function renewRescanLease(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  { id }: PluginVersion,
): () => Promise<void> {
  let renewedAt = clock.now();
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const now = clock.now();
    if (now < renewedAt + leaseMs / 3) return;
    renewedAt = now;
    await db
      .update(pluginVersions)
      .set({ evaluationLeaseUntil: now + leaseMs })
      .where(eq(pluginVersions.id, id));
  };
}

/**
 * One batch: the scan, the event if the verdict is another one than before, the verdict. What it is, is asked at that moment, so
 * that two at work on one version agree. A level that changed meanwhile leaves the version on the list.
 */
export async function storeVerdict(
  deps: RescanDeps,
  version: PluginVersion,
  scan: PreparedScan | undefined,
): Promise<void> {
  const { db, policyVersion } = deps;
  const { id, sha256, organizationId } = version;
  const level = levelOf(organizationId);
  const present = storedScanKey(deps, version).policyVersion;
  const current = and(eq(scans.sha256, sha256), eq(scans.level, level), eq(scans.policyVersion, present));
  const judged = and(
    eq(pluginVersions.id, id),
    isNull(pluginVersions.deletedAt),
    sql`exists (select 1 from ${scans} where ${current})`,
  );
  const before = sql`coalesce(${pluginVersions.verdict}, (select p.verdict from ${scans} p where p.id = ${pluginVersions.scanId}))`;
  const now = currentVerdict(deps);
  const live = sql`from ${livePointers} where ${livePointers.subjectId} = ${id} and ${livePointers.targetId} is not null`;
  const places = sql`(select json_group_array(json_object('namespace_id', l.namespace_id, 'deployment_id', l.target_id)) from (select namespace_id, target_id ${live} order by namespace_id limit 100) l)`;
  const data = sql`(select json_object(
    'plugin_id', ${versionSlug(version)}, 'from', ${before}, 'to', ${now}, 'policy_version', ${policyVersion}, 'level', ${level},
    'rules', json(${rejectingRules(deps)}), 'live', json(${places}), 'live_places', (select count(*) ${live}))
    from ${pluginVersions} where ${pluginVersions.id} = ${id})`;
  const event = { organizationId, namespaceId: namespaceOf(version.ownerId), actor: systemActor, subjectId: id };
  const statements: [Statement, ...Statement[]] = [
    record(
      deps,
      { ...event, type: 'version.verdict_changed', data },
      sql`exists (select 1 from ${pluginVersions} where ${judged} and ${before} <> ${now})`,
    ),
    db
      .update(pluginVersions)
      .set({ verdict: now, evaluatedPolicy: Number(policyVersion), evaluationLeaseUntil: null, evaluationAttempts: 0 })
      .where(judged),
    db.delete(scans).where(and(eq(scans.sha256, sha256), eq(scans.level, level), isOutdated(deps))),
  ];
  await db.batch(scan ? [scan.save(sql`true`), ...statements] : statements);
}

/** SQL: a scan by an older policy that no version was published with. */
function isOutdated({ policyVersion }: Pick<Deps, 'policyVersion'>): SQL {
  const older = sql`cast(${scans.policyVersion} as integer) < ${Number(policyVersion)}`;
  return sql`${older} and not exists (select 1 from ${pluginVersions} where ${pluginVersions.scanId} = ${scans.id})`;
}

/** What its stored bytes are scanned under by the present policy. */
export function storedScanKey(
  deps: Pick<Deps, 'policyVersion'>,
  { kind, sha256 }: Pick<PluginVersion, 'kind' | 'sha256'>,
): ReturnType<typeof scanKey> {
  if (kind === 'agent') throw new Error('nothing of an agent plugin is source');
  return scanKey(deps, { language: languageOf(kind), sha256, zip: null });
}

/** It is tried again, later each time. */
export async function postponeRescan({ db, clock }: Pick<Deps, 'db' | 'clock'>, version: PluginVersion): Promise<void> {
  await db
    .update(pluginVersions)
    .set({ evaluationLeaseUntil: clock.now() + leaseMs * 2 ** (version.evaluationAttempts - 1) })
    .where(eq(pluginVersions.id, version.id));
}

/** What was tried too often counts as too complex to scan: a scan that failed to run is not a clean scan (invariant 3). */
export function failedScan(
  deps: Pick<Deps, 'policyVersion'>,
  version: PluginVersion,
  level: ScanResult['level'],
): ScanResult | undefined {
  if (version.evaluationAttempts <= attemptsMax) return undefined;
  const detail = `its scan failed ${attemptsMax} times`;
  const findings = [finding('SLP603', { file: '' }, '', { detail })];
  return {
    ...storedScanKey(deps, version),
    level,
    status: 'errored',
    verdict: 'reject',
    findings,
    filesScanned: 0,
    filesReused: 0,
  };
}

/** Sends for organizations whose versions are to be judged and that nobody is at; some at a time, the next sweep sends for others. */
export async function sweepRescans(deps: Pick<Deps, 'db' | 'clock' | 'queues' | 'policyVersion'>): Promise<void> {
  const { db, queues } = deps;
  const waiting = await db
    .selectDistinct({ id: pluginVersions.organizationId })
    .from(pluginVersions)
    .where(needsEvaluation(deps))
    .limit(20);
  for (const { id } of waiting) await queues.scans.send({ v: 1, type: 'rescan', id });
}

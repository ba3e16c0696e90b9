// Claims published versions for a new evaluation and stores their verdicts, after the policy, its level or a waiver changed (D25). A
// changed verdict is recorded as an event; nothing is unpublished, and live deployments are not affected. A claim is a lease on the
// version's row: if the worker dies, another continues when the lease expires.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../access/owners.ts';
import { systemActor } from '../contract/actor.ts';
import { finding } from '../contract/findings/finding.ts';
import { leases } from '../contract/limits/leases.ts';
import { sourceLanguage } from '../contract/plugin/languages.ts';
import type { OrganizationId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import { renewAtCheckpoints } from '../db/lease.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { rescans } from '../db/schema/policy.ts';
import { pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';
import { record } from '../events/record.ts';
import { sendAll } from '../events/send-all.ts';
import { setAside } from '../events/set-aside.ts';
import { usedAmount } from '../limits/amounts.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';
import { currentVerdict, rejectingRules } from './current-verdict.ts';
import { organizationLevel } from './levels.ts';
import { isOutdated, nextToEvaluate } from './pending-rescans.ts';
import { type PreparedScan, type ScanResult, scanKey } from './scans.ts';

type RescanDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'policyVersion'>;

/**
 * Claims the organization's next version that needs to be evaluated. Returns undefined if there is none, or if all of them are leased.
 */
export async function claimRescan(
  deps: RescanDeps,
  organizationId: OrganizationId,
): Promise<PluginVersion | undefined> {
  const { db, clock } = deps;
  const [version] = await db
    .update(pluginVersions)
    .set({
      evaluationLeaseUntil: clock.now() + leases.rescan.leaseMs,
      evaluationAttempts: sql`${pluginVersions.evaluationAttempts} + 1`,
    })
    .where(sql`${pluginVersions.id} = ${nextToEvaluate(deps, organizationId)}`)
    .returning();
  return version;
}

/** SQL: the worker holds the lease. The row has no token, but the lease's end time is just as unique. */
function holdsLease({ id, evaluationLeaseUntil }: PluginVersion): SQL | undefined {
  return and(eq(pluginVersions.id, id), sql`${pluginVersions.evaluationLeaseUntil} = ${evaluationLeaseUntil}`);
}

/** Returns a checkpoint that renews the lease. Call it between pieces of the scan. */
export function renewRescanLease(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  claimed: PluginVersion,
): () => Promise<void> {
  return renewAtCheckpoints(clock, leases.rescan, async (evaluationLeaseUntil) => {
    const renewed = await db
      .update(pluginVersions)
      .set({ evaluationLeaseUntil })
      .where(holdsLease(claimed))
      .returning({ id: pluginVersions.id });
    if (renewed.length > 0) claimed.evaluationLeaseUntil = evaluationLeaseUntil;
  });
}

/**
 * Stores scan and verdict in one batch, with an event if the verdict changed. The batch itself computes the verdict, so that two
 * workers on one version agree. If the level changed during the scan, the version stays pending.
 */
export async function storeVerdict(
  deps: RescanDeps,
  version: PluginVersion,
  scan: PreparedScan | undefined,
): Promise<void> {
  const { db, policyVersion } = deps;
  const { id, sha256, organizationId } = version;
  const level = organizationLevel(organizationId);
  const key = storedScanKey(deps, version);
  const isScanned = and(eq(scans.sha256, sha256), eq(scans.level, level), eq(scans.policyVersion, key.policyVersion));
  const evaluated = and(
    eq(pluginVersions.id, id),
    isNull(pluginVersions.deletedAt),
    sql`exists (select 1 from ${scans} where ${isScanned})`,
  );
  const verdict = currentVerdict(deps);
  const statements: [Statement, ...Statement[]] = [
    recordVerdictChange(deps, version, evaluated),
    db
      .update(pluginVersions)
      .set({ verdict, evaluatedPolicy: Number(policyVersion), evaluationLeaseUntil: null, evaluationAttempts: 0 })
      .where(evaluated),
    db.delete(scans).where(and(eq(scans.sha256, sha256), eq(scans.level, level), isUnusedOldScan(deps))),
  ];
  await db.batch(scan ? [scan.save(sql`true`), ...statements] : statements);
}

/**
 * Records the event, with the places where the version is live. Applies only to a version that was evaluated before, and runs before
 * its new verdict is stored.
 */
function recordVerdictChange(deps: RescanDeps, version: PluginVersion, evaluated: SQL | undefined): Statement {
  const { id, organizationId } = version;
  return record(
    deps,
    {
      organizationId,
      namespaceId: ownerNamespace(version.ownerId),
      actor: systemActor,
      type: 'version.verdict_changed',
      subjectId: id,
      data: sql`(select ${verdictChange(deps)} from ${pluginVersions} where ${pluginVersions.id} = ${id})`,
    },
    sql`exists (select 1 from ${pluginVersions} where ${evaluated} and ${pluginVersions.verdict} <> ${currentVerdict(deps)})`,
  );
}

/** SQL over rows of plugin_versions: event data for a changed verdict. */
export function verdictChange(deps: Pick<Deps, 'clock' | 'policyVersion'>): SQL {
  const { id, major, minor, name, organizationId, patch, verdict } = pluginVersions;
  const live = sql`from ${livePointers} where ${livePointers.subjectId} = ${id} and ${livePointers.targetId} is not null`;
  const firstPlaces = sql`select ${livePointers.namespaceId} as namespace_id, ${livePointers.targetId} as deployment_id ${live} order by ${livePointers.namespaceId} limit 100`;
  const places = sql`(select json_group_array(json_object('namespace_id', namespace_id, 'deployment_id', deployment_id)) from (${firstPlaces}))`;
  return sql`json_object(
    'plugin_id', ${name} || '_' || ${major} || '_' || ${minor} || '_' || ${patch}, 'from', ${verdict}, 'to', ${currentVerdict(deps)},
    'policy_version', ${deps.policyVersion}, 'level', ${organizationLevel(sql`${organizationId}`)},
    'rules', json(${rejectingRules(deps)}), 'live', json(${places}), 'live_places', (select count(*) ${live}))`;
}

/** SQL: a scan under an older policy that no version was published with. */
export function isUnusedOldScan({ policyVersion }: Pick<Deps, 'policyVersion'>): SQL {
  const older = sql`cast(${scans.policyVersion} as integer) < ${Number(policyVersion)}`;
  return sql`${older} and not exists (select 1 from ${pluginVersions} where ${pluginVersions.sha256} = ${scans.sha256} and ${pluginVersions.scanId} = ${scans.id})`;
}

/** Returns the key for scanning the version's stored archive under the current policy. */
export function storedScanKey(
  deps: Pick<Deps, 'policyVersion'>,
  { kind, sha256 }: Pick<PluginVersion, 'kind' | 'sha256'>,
): ReturnType<typeof scanKey> {
  if (kind === 'agent') throw new Error('agent plugins have no source to scan');
  return scanKey(deps, { language: sourceLanguage(kind), sha256, zip: null });
}

/** Extends the lease after a failure, so that the version is retried when the lease expires. The wait doubles with each attempt. */
export async function postponeRescan({ db, clock }: Pick<Deps, 'db' | 'clock'>, claimed: PluginVersion): Promise<void> {
  await db
    .update(pluginVersions)
    .set({ evaluationLeaseUntil: clock.now() + leases.rescan.leaseMs * 2 ** (claimed.evaluationAttempts - 1) })
    .where(holdsLease(claimed));
}

/**
 * Returns a rejecting scan for a version with too many failed attempts, or whose scan made Slipway hang; otherwise undefined. Reports
 * the version as too complex to scan, because a scan that can't run never counts as clean (invariant 3).
 */
export async function failedScan(
  deps: Pick<Deps, 'clock' | 'db' | 'log' | 'marks' | 'policyVersion'>,
  version: PluginVersion,
  level: ScanResult['level'],
): Promise<ScanResult | undefined> {
  const { evaluationAttempts: tries, id, organizationId } = version;
  const { attemptsMax: triesMax } = leases.rescan;
  const message = { v: 1, type: 'rescan', id: organizationId } as const;
  const detail = await setAside(deps, { id, organizationId, tries, triesMax, message });
  if (detail === undefined) return undefined;
  const findings = [finding('SLP603', { file: '' }, '', { detail })];
  return {
    ...storedScanKey(deps, version),
    level,
    status: 'errored',
    verdict: 'reject',
    findings,
    uploadFindings: [],
    filesScanned: 0,
    filesReused: 0,
  };
}

const organizationsAtOnce = 20;

export const rescansStep: DueStep = { step: sweepRescans, due: dueRescans };

/**
 * Sends a message for each organization with versions to evaluate, a few per sweep. Starts a rescan, which walks all versions, for an
 * organization with verdicts from an older policy.
 */
export async function sweepRescans(
  deps: Pick<Deps, 'db' | 'clock' | 'queues' | 'policyVersion' | 'log'>,
): Promise<void> {
  const { db } = deps;
  const walked = await walkedOrganizations(deps);
  const outdated = await outdatedOrganizations(deps);
  const aged = outdated.filter(({ policy }) => policy > 0).map(({ id }) => id);
  if (aged.length > 0)
    await db.run(
      sql`insert into ${rescans} select value, '', '', '', ${usedAmount(sql`value`, 'versions')} from json_each(${JSON.stringify(aged)}) where true on conflict do nothing`,
    );
  const ids = new Set([...walked, ...outdated].map(({ id }) => id));
  const messages = [...ids].map((id) => ({ v: 1, type: 'rescan', id }) as const);
  await sendAll(deps, 'scans', messages);
}

/** SQL: there are rescans in progress, or a version was evaluated under an older policy or before a waiver change. */
function dueRescans(deps: Pick<Deps, 'clock' | 'policyVersion'>): SQL[] {
  return [sql`select 1 from ${rescans} where ${rescans.organizationId} > '' limit 1`, firstOutdated(deps, sql``)];
}

/**
 * Returns organizations with rescans in progress. Jumps from one to the next in the index, because an organization may have one rescan
 * per plugin.
 */
async function walkedOrganizations({ db }: Pick<Deps, 'db'>) {
  const { organizationId } = rescans;
  const next = sql`select min(${organizationId}) from ${rescans} where ${organizationId} > found.id`;
  return db.all<{ id: OrganizationId }>(
    sql`with recursive found(id) as (select min(${organizationId}) from ${rescans}
      union all select (${next}) from found where found.id is not null limit ${organizationsAtOnce})
    select id from found where id is not null`,
  );
}

function firstOutdated(deps: Pick<Deps, 'clock' | 'policyVersion'>, behind: SQL): SQL {
  const { evaluatedPolicy, organizationId } = pluginVersions;
  return sql`select ${pluginVersions.id} from ${pluginVersions}
    where ${isOutdated(deps)} ${behind} order by ${evaluatedPolicy}, ${organizationId} limit 1`;
}

/**
 * Returns organizations with versions that a worker can claim. Jumps from one organization to the next in the index instead of reading
 * every row.
 */
async function outdatedOrganizations(deps: Pick<Deps, 'db' | 'clock' | 'policyVersion'>) {
  const { evaluatedPolicy, organizationId } = pluginVersions;
  const first = (behind: SQL) => sql`(${firstOutdated(deps, behind)})`;
  const columns = sql`${evaluatedPolicy}, ${organizationId} from`;
  // Two searches, because if both columns were compared at once, SQLite would read every version with the same policy and organization.
  const ofPolicy = first(sql`and ${evaluatedPolicy} = found.policy and ${organizationId} > found.id`);
  const next = sql`coalesce(${ofPolicy}, ${first(sql`and ${evaluatedPolicy} > found.policy`)})`;
  return deps.db.all<{ policy: number; id: OrganizationId }>(
    sql`with recursive found(policy, id) as (
      select ${columns} ${pluginVersions} where ${pluginVersions.id} = ${first(sql``)}
      union all select ${columns} found cross join ${pluginVersions} on ${pluginVersions.id} = ${next} limit ${5 * organizationsAtOnce})
    select policy, id from found where ${nextToEvaluate(deps, sql`found.id`)} is not null limit ${organizationsAtOnce}`,
  );
}

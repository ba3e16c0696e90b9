// Computes a published version's current verdict: its scan under the current policy at the organization's level, with the waivers in
// force. SQL over rows of plugin_versions, so that a batch can check the verdict it acts on (D25, D26). Also reads a version's verdict
// with its findings.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireOwner, selectOwner } from '../access/owners.ts';
import { decideVerdict, type Finding } from '../contract/findings/finding.ts';
import type { Verdict } from '../contract/states.ts';
import type { VersionId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { qualified, readTogether } from '../db/client.ts';
import { waivers } from '../db/schema/policy.ts';
import { type OwnerId, pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { loadFindings, type Scan } from '../registry/storage/stored-findings.ts';
import { type PluginVersion, parseVersionKey, requireVersion, versionSlug } from '../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../registry/versions/visible-versions.ts';
import { hasCapabilityFinding, withCapabilityErrors } from './capability-rules.ts';
import { organizationLevel } from './levels.ts';
import { versionPolicySuffix } from './scans.ts';
import { applyWaivers, coversVersion, inForce, selectWaiversFor } from './waivers.ts';

export type PolicyDeps = Pick<Deps, 'clock' | 'policyVersion'>;

const level = organizationLevel(sql`${pluginVersions.organizationId}`);

/**
 * SQL: the ID of the scan that decides. That is the one under the current policy at the current level; until it exists, the newest at
 * that level; and if there is none, the one from the version's publication.
 */
export function decidingScan(policyVersion: string): SQL {
  const sameLanguage = sql`ltrim(${scans.policyVersion}, '0123456789') = ${versionPolicySuffix}`;
  const candidate = sql`${scans.sha256} = ${pluginVersions.sha256} and ${sameLanguage} and (${scans.level} = ${level} or ${scans.id} = ${pluginVersions.scanId})`;
  const order = sql`${scans.level} = ${level} desc, ${scans.policyVersion} = ${policyVersion} || ${versionPolicySuffix} desc, ${scans.createdAt} desc`;
  return sql`(select ${scans.id} from ${scans} where ${candidate} order by ${order} limit 1)`;
}

/** SQL: a JSON list of the unwaived rules that reject the version. */
export function rejectingRules({ clock, policyVersion }: PolicyDeps): SQL<string> {
  const waived = sql`exists (select 1 from ${waivers} where ${coversVersion} and ${waivers.rule} = error.value and ${inForce(clock.now())})`;
  return sql<string>`(select json_group_array(error.value) from ${scans}, json_each(${withCapabilityErrors(sql`${scans.errorRules}`)}) error where ${scans.id} = ${decidingScan(policyVersion)} and not ${waived})`;
}

/** SQL: the version's verdict. */
export function currentVerdict(deps: PolicyDeps): SQL<Verdict> {
  const withoutWaivers = sql`(select ${scans.verdict} from ${scans} where ${scans.id} = ${decidingScan(deps.policyVersion)})`;
  return sql<Verdict>`case when ${rejectingRules(deps)} <> '[]' then 'reject' when ${withoutWaivers} = 'pass' and not ${hasCapabilityFinding} then 'pass' else 'warn' end`;
}

/** SQL: the current policy rejects the version. */
export function isRejected(deps: PolicyDeps): SQL {
  return sql`${rejectingRules(deps)} <> '[]'`;
}

/** Selects, for a batch, the rules that reject the version; no row if it isn't rejected. */
export function selectRejection(
  deps: PolicyDeps & Pick<Deps, 'db'>,
  versionId: VersionId | SQL<VersionId>,
  condition: SQL = sql`true`,
) {
  return deps.db
    .select({ rules: qualified(rejectingRules(deps)).as('rules') })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.id, versionId), isNull(pluginVersions.deletedAt), isRejected(deps), condition));
}

export type Rejection = { rules: string };

export function formatRejection({ rules }: Rejection): string {
  const ids: string[] = JSON.parse(rules);
  return `The current scan policy rejects this version (${ids.join(', ')}). Live deployments are not affected.`;
}

/** Returns the error for a request to deploy a rejected version. */
export function rejectionProblem(version: PluginVersion, rejection: Rejection): Problem {
  const id = versionSlug(version);
  return new Problem('policy-rejected', `Plugin ${id} can't be deployed. ${formatRejection(rejection)}`, {
    details: { resource: 'plugin', id, rules: JSON.parse(rejection.rules) },
  });
}

export interface VersionScan {
  version: PluginVersion;
  scan: Scan;
  /** Verdict after waivers. */
  verdict: Verdict;
  findings: Finding[];
}

/** Makes one D1 round trip. Throws `not-found` if the actor can't see the version. */
export async function versionScan(
  deps: Pick<Deps, 'db' | 'blobs' | 'clock' | 'policyVersion'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<VersionScan> {
  requireScope(actor, 'plugins:read');
  const { db, clock, policyVersion } = deps;
  const key = parseVersionKey(ownerId, slug);
  const subject = { organizationId: actor.organizationId, name: key.name, ...key.version };
  const deciding = sql`(select ${decidingScan(policyVersion)} from ${pluginVersions} where ${pluginVersions.id} = ${visibleVersionId(key)})`;
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    versions: selectVisibleVersion(db, key),
    scans: db.select().from(scans).where(eq(scans.id, deciding)),
    waivers: selectWaiversFor(db, subject, clock.now()),
  });
  requireOwner(found.owners, ownerId);
  const version = requireVersion(found.versions, slug);
  const [scan] = found.scans;
  if (!scan) throw new Error(`version ${version.id} has no scan`);
  const findings = applyWaivers(await loadFindings(deps, scan), found.waivers);
  return { version, scan, verdict: decideVerdict(findings), findings };
}

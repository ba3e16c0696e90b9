// What the policy says of a published version at this moment: the scan by the present policy at the organization's level, and the
// waivers in force. SQL over rows of plugin_versions, so that whoever acts on it asks in the batch in which it acts (D25, D26).
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Verdict } from '../contract/states.ts';
import type { VersionId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { waivers } from '../db/schema/policy.ts';
import { pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { levelOf } from './levels.ts';
import { policySuffix } from './scans.ts';
import { coversVersion, inForce } from './waivers.ts';

type PolicyDeps = Pick<Deps, 'clock' | 'policyVersion'>;

const level = levelOf(sql`${pluginVersions.organizationId}`);
const suffix = sql`case when ${pluginVersions.kind} = 'extractor' then ${policySuffix('python')} else ${policySuffix('go')} end`;

/**
 * The scan that decides: by the present policy at the present level; until there is one the last one at that level, else the one
 * that the version was published with.
 */
export function decidingScan(policyVersion: string): SQL {
  const sameLanguage = sql`ltrim(${scans.policyVersion}, '0123456789') = ${suffix}`;
  const found = sql`${scans.sha256} = ${pluginVersions.sha256} and ${sameLanguage} and (${scans.level} = ${level} or ${scans.id} = ${pluginVersions.scanId})`;
  const order = sql`${scans.level} = ${level} desc, ${scans.policyVersion} = ${policyVersion} || ${suffix} desc, ${scans.createdAt} desc`;
  return sql`(select ${scans.id} from ${scans} where ${found} order by ${order} limit 1)`;
}

/** SQL: the rules that reject it, as a JSON list. */
export function rejectingRules({ clock, policyVersion }: PolicyDeps): SQL<string> {
  const waived = sql`exists (select 1 from ${waivers} where ${coversVersion} and ${waivers.rule} = r.value and ${inForce(clock.now())})`;
  return sql<string>`(select json_group_array(r.value) from ${scans} s, json_each(s.error_rules) r where s.id = ${decidingScan(policyVersion)} and not ${waived})`;
}

/** SQL: its verdict. */
export function currentVerdict(present: PolicyDeps): SQL<Verdict> {
  const found = sql`(select s.verdict from ${scans} s where s.id = ${decidingScan(present.policyVersion)})`;
  return sql<Verdict>`case when ${rejectingRules(present)} <> '[]' then 'reject' when ${found} = 'pass' then 'pass' else 'warn' end`;
}

function isRejected(present: PolicyDeps): SQL {
  return sql`${rejectingRules(present)} <> '[]'`;
}

/** SQL: the version isn't rejected now. A condition of everything that deploys it. */
export function mayBeDeployed(present: PolicyDeps, versionId: VersionId): SQL {
  return sql`not exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${versionId} and ${isRejected(present)})`;
}

/** A statement for a batch: a row when the version is rejected now, else none. */
export function selectRejection(
  deps: PolicyDeps & Pick<Deps, 'db'>,
  versionId: VersionId | SQL<VersionId>,
  condition: SQL = sql`true`,
) {
  return deps.db
    .select({ rules: rejectingRules(deps).as('rules') })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.id, versionId), isNull(pluginVersions.deletedAt), isRejected(deps), condition));
}

export type Rejection = { rules: string };

export function formatRejection({ rules }: Rejection): string {
  const names: string[] = JSON.parse(rules);
  return `The scan policy rejects this version now, by ${names.join(', ')}; what is live stays live`;
}

/** The refusal of a new deployment. */
export function rejectionProblem(version: PluginVersion, rejection: Rejection): Problem {
  const id = versionSlug(version);
  return new Problem('policy-rejected', `Plugin ${id} can't be deployed: ${formatRejection(rejection)}`, {
    details: { resource: 'plugin', id, rules: JSON.parse(rejection.rules) },
  });
}

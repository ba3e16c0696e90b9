// Refuses new deployments of versions that advisories affect, in namespaces that say so. What is live stays live: its instances start
// again, it can be deployed again, and every rollback works.
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Severity } from '../contract/advisories.ts';
import type { DeploymentId, NamespaceId, VersionId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { namespaces } from '../db/schema/access.ts';
import { advisories, packageVersions, versionAdvisories } from '../db/schema/advisories.ts';
import { deployments } from '../db/schema/deploy.ts';
import { pluginLocks } from '../db/schema/environments.ts';
import type { Deps } from '../deps.ts';
import { affecting, severityRank } from '../registry/versions/known-advisories.ts';
import { type PluginVersion, versionLabel, versionSlug } from '../registry/versions/versions.ts';
import { isPointerTarget } from './pointers.ts';

type VersionPlace = { namespaceId: NamespaceId | SQL<NamespaceId>; versionId: VersionId | SQL<VersionId> };

const before = alias(deployments, 'before');

/** Advisories that a message names. */
const namedMax = 10;

/** SQL: the namespace refuses this advisory. For rows of `affecting`. */
function isRefused(namespaceId: VersionPlace['namespaceId']): SQL {
  const threshold = sql`(select ${severityRank(sql`${namespaces.refuseAdvisories}`)} from ${namespaces}
    where ${namespaces.id} = ${namespaceId} and ${namespaces.refuseAdvisories} is not null)`;
  return sql`${severityRank(advisories.severity)} >= ${threshold}`;
}

/** SQL: the namespace doesn't refuse a new deployment of the version. */
export function isUnrefused({ namespaceId, versionId }: VersionPlace): SQL {
  const refused = sql`exists (select 1 from ${affecting(sql`${versionId}`)} and ${isRefused(namespaceId)})`;
  return sql`(not ${refused} or ${isLiveAsAsked({ namespaceId, versionId })})`;
}

/** SQL: the version was live in the namespace, so that its advisories refuse no rollback to it. */
export function wasLive({ namespaceId, versionId }: VersionPlace): SQL {
  return sql`exists (select 1 from ${deployments} ${before} where ${before.namespaceId} = ${namespaceId} and ${before.versionId} = ${versionId} and ${wasAsked})`;
}

/** SQL: the version is live in the namespace, so that its advisories refuse nothing of it. */
function isLiveAsAsked({ namespaceId, versionId }: VersionPlace): SQL {
  return sql`exists (select 1 from ${deployments} ${before}
    where ${before.namespaceId} = ${namespaceId} and ${before.versionId} = ${versionId} and ${isPointerTarget(sql`${before.id}`)} and ${wasAsked})`;
}

/** SQL: the deployment went live after its packages were known. A batch-only one goes live at once, and its first run may lock them. */
const wasAsked: SQL = sql`(${before.promotedAt} is not null and (${before.type} <> 'batch_only' or not exists (
  select 1 from ${pluginLocks} where ${pluginLocks.versionId} = ${before.versionId} and ${pluginLocks.createdAt} >= ${before.promotedAt})))`;

/** Selects, for a batch, the advisories for which the namespace refuses the version, most severe first; no row if it doesn't. */
export function selectRefusals(
  { db }: Pick<Deps, 'db'>,
  { namespaceId, versionId }: VersionPlace,
  condition: SQL = sql`true`,
) {
  return db
    .select({
      advisory: sql<string>`advisory`.as('refused_advisory'),
      severity: sql<Severity | null>`severity`.as('refused_severity'),
      package: sql<string>`package`.as('refused_package'),
      fixedIn: sql<string | null>`fixed_in`.as('refused_fix'),
      uncompared: sql<number>`uncompared`.as('refused_unknown'),
      count: sql<number>`count(*) over ()`.as('refused_count'),
    })
    .from(
      sql`(select ${advisories.id} as advisory, ${advisories.severity} as severity, ${versionAdvisories.fixedIn} as fixed_in, ${versionAdvisories.uncompared} as uncompared,
          coalesce((select ${packageVersions.name} || ' ' || ${packageVersions.version} from ${packageVersions} where ${packageVersions.purl} = ${versionAdvisories.purl}), ${versionAdvisories.purl}) as package,
          ${severityRank(advisories.severity)} as severity_rank
        from ${affecting(sql`${versionId}`)} and ${isRefused(namespaceId)} and not ${isLiveAsAsked({ namespaceId, versionId })} and ${condition})`,
    )
    .orderBy(sql`severity_rank desc, advisory`)
    .limit(namedMax);
}

/** Like `selectRefusals`, for a deployment. A rollback's deployment isn't refused if the version was live before. */
export function selectDeploymentRefusals(deps: Pick<Deps, 'db'>, id: DeploymentId) {
  const of = <Value>(column: SQL) => sql<Value>`(select ${column} from ${deployments} where ${deployments.id} = ${id})`;
  const place = {
    namespaceId: of<NamespaceId>(sql`${deployments.namespaceId}`),
    versionId: of<VersionId>(sql`${deployments.versionId}`),
  };
  return selectRefusals(deps, place, sql`not (${of(sql`${deployments.takesName}`)} and ${wasLive(place)})`);
}

export type Refusal = Awaited<ReturnType<typeof selectRefusals>>[number];

/** For authors: what is refused, and how to continue. */
export function formatRefusals(refusals: readonly Refusal[]): string {
  const named = refusals.map(
    ({ advisory, package: used, severity, ...refusal }) =>
      `${advisory} (${severity ?? 'unknown severity'}) in ${used}, ${fixOf(refusal)}`,
  );
  const more = (refusals[0]?.count ?? 0) - refusals.length;
  return `This namespace refuses new deployments with these advisories: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}. ${refusalFix}`;
}

function fixOf({ fixedIn, uncompared }: Pick<Refusal, 'fixedIn' | 'uncompared'>): string {
  if (uncompared) return "whose version can't be compared with the advisory, so it may be affected";
  return fixedIn === null ? 'no fix known' : `fixed in ${fixedIn}`;
}

/** Returns the error for a request to deploy a refused version. */
export function refusalProblem(version: PluginVersion, refusals: readonly Refusal[]): Problem {
  const message = `${version.name} ${versionLabel(version)} can't be deployed. ${formatRefusals(refusals)}`;
  const named = refusals.map(({ advisory, fixedIn, package: used, severity }) => ({
    advisory_id: advisory,
    severity,
    package: used,
    fixed_in: fixedIn,
  }));
  return new Problem('advisories-refused', message, {
    details: { resource: 'plugin', id: versionSlug(version), advisories: named },
  });
}

const refusalFix =
  'Publish a version with fixed packages, for a Python plugin with `slipway relock`, or change the rule with `slipway namespaces edit NAMESPACE --refuse-advisories none`. Live versions are not affected.';

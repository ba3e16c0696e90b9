// Chooses the cluster that takes a plugin: only one that is trusted for its organization does (decision 111).
import { type SQL, sql } from 'drizzle-orm';
import { clusterLimits } from '../contract/limits/containers.ts';
import type { OrganizationId } from '../core/ids.ts';
import { clusterApplications, clusters } from '../db/schema/clusters.ts';
import type { Deps } from '../deps.ts';

/** SQL: the cluster takes plugins of the organization. */
export function isTrustedFor(organizationId: OrganizationId): SQL {
  return sql`(${clusters.trustedFor} is null or exists (select 1 from json_each(${clusters.trustedFor}) t where t.value = ${organizationId}))`;
}

/** Selects the clusters of the organization, the best first: one that answers, with the fewest applications. */
export function selectTrusted({ db }: Pick<Deps, 'db'>, organizationId: OrganizationId) {
  const count = sql`(select count(*) from ${clusterApplications} where ${clusterApplications.clusterId} = ${clusters.id})`;
  return db
    .select()
    .from(clusters)
    .where(sql`${clusters.name} > '' and ${isTrustedFor(organizationId)}`)
    .orderBy(sql`${clusters.state} <> 'ready'`, count, clusters.name)
    .limit(clusterLimits.perInstallationMax);
}

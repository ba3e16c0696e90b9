// Lists and gets an owner's visible versions and their deployment status. Each read takes one D1 round trip.
import { eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { ownerNamespace, requireOwner, selectOwner } from '../../access/owners.ts';
import type { Permissions } from '../../contract/plugin/permissions.ts';
import type { DeploymentState } from '../../contract/states.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { deployments, isCounting, livePointers } from '../../db/schema/deploy.ts';
import { type OwnerId, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { selectVersionGrant } from '../grants/grants.ts';
import { type AdvisoryCounts, noAdvisories, selectAdvisoryCounts } from './known-advisories.ts';
import { requirePublished, selectPendingUpload } from './pending-uploads.ts';
import { catalogOrder, type PluginVersion, parseVersionKey, versionSlug } from './versions.ts';
import { type VisibleFilter, visibleCount, visiblePage, visibleVersionId } from './visible-versions.ts';

export interface CatalogItem {
  version: PluginVersion;
  /**
   * True if a pointer names one of the version's deployments: in the namespace or, for an organization's version, in any namespace
   * (D19).
   */
  deployed: boolean;
}

/** A single version's details. */
export interface CatalogDetails extends CatalogItem {
  /** Permissions granted to its plugin; null if there are none. */
  granted: Permissions | null;
  advisories: AdvisoryCounts;
}

export interface ListedVersion extends CatalogItem {
  /** State of its latest current deployment in the namespace. Null for an organization. */
  deploymentState: DeploymentState | null;
}

export interface CatalogRequest {
  name?: string | undefined;
  /** Name prefix. */
  prefix?: string | undefined;
  /** Plugin owner: the namespace or the organization. */
  source?: 'namespace' | 'org' | undefined;
  page: PageRequest;
  offset: number;
}

export type CatalogPage<Item> = Page<Item> & { total: number };

function deployedFor(ownerId: OwnerId): SQL.Aliased<boolean> {
  const namespaceId = ownerNamespace(ownerId);
  const { subjectId, targetId } = livePointers;
  const isHere = namespaceId === null ? sql`true` : sql`${livePointers.namespaceId} = ${namespaceId}`;
  const isLive = sql<boolean>`exists (select 1 from ${livePointers} where ${subjectId} = ${pluginVersions.id} and ${targetId} is not null and ${isHere})`;
  return qualified(isLive).mapWith(Boolean).as('deployed');
}

/** Selects the deployment whose state is shown. Like `toOverview`, ignores deployments older than the pointer's last move. */
function deploymentStateFor(ownerId: OwnerId): SQL.Aliased<DeploymentState | null> {
  const namespaceId = ownerNamespace(ownerId);
  const { status, ticket, versionId } = deployments;
  const lastMove = sql`(select ${livePointers.ticket} from ${livePointers}
    where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${pluginVersions.id})`;
  return qualified(
    sql<DeploymentState | null>`(select iif(${ticket} >= coalesce(${lastMove}, 0), ${status}, null) from ${deployments}
      where ${deployments.namespaceId} = ${namespaceId} and ${versionId} = ${pluginVersions.id} and ${isCounting()}
      order by ${ticket} desc limit 1)`,
  ).as('deployment_state');
}

export async function listCatalog(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  { page, offset, ...filter }: CatalogRequest,
): Promise<CatalogPage<ListedVersion>> {
  requireScope(actor, 'plugins:read');
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    items: db
      .select({ version: pluginVersions, deployed: deployedFor(ownerId), deploymentState: deploymentStateFor(ownerId) })
      .from(pluginVersions)
      .where(isOnPage(ownerId, filter, page, offset))
      .orderBy(...catalogOrder),
    counts: db.select({ total: qualified(visibleCount(ownerId, filter)) }).from(sql`(select 1)`),
  });
  requireOwner(found.owners, ownerId);
  return { ...catalogPage(found.items, page), total: found.counts[0]?.total ?? 0 };
}

/** SQL over rows of plugin_versions: the row is on the page, or is the first one after it. */
export function isOnPage(ownerId: OwnerId, filter: VisibleFilter, page: PageRequest, offset: number): SQL {
  const ids = visiblePage(ownerId, { ...filter, cursor: page.cursor, limit: page.limit + 1, offset });
  return sql`${pluginVersions.id} in ${ids}`;
}

export function catalogPage<Item extends { version: PluginVersion }>(rows: Item[], { limit }: PageRequest): Page<Item> {
  return toPage(rows, limit, ({ version }) => versionSlug(version));
}

/** Returns one version. Throws not-found if this actor can't see it, and upload-pending if it is still being confirmed. */
export async function catalogItem(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<CatalogDetails> {
  const key = parseVersionKey(ownerId, slug);
  const [owners, items, pending, grants, known] = await db.batch([
    selectOwner(db, actor, ownerId),
    db
      .select({ version: pluginVersions, deployed: deployedFor(ownerId) })
      .from(pluginVersions)
      .where(eq(pluginVersions.id, visibleVersionId(key))),
    selectPendingUpload(db, actor, key),
    selectVersionGrant(db, visibleVersionId(key)),
    selectAdvisoryCounts(db, visibleVersionId(key)),
  ]);
  requireOwner(owners, ownerId);
  const [item] = items;
  const version = requirePublished(item ? [item.version] : [], pending, slug);
  return {
    version,
    deployed: item?.deployed ?? false,
    granted: grants[0]?.permissions ?? null,
    advisories: known[0]?.counts ?? noAdvisories,
  };
}

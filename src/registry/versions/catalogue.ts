// Reading what an owner sees: its versions and, in a namespace, those enabled there; and whether they serve. One D1 round trip each.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { namespaceOf, requireOwner, selectOwner } from '../../access/owners.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { type OwnerId, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import {
  catalogueOrder,
  isAfterCatalogueCursor,
  type PluginVersion,
  parseVersionKey,
  requireVersion,
  versionSlug,
} from './versions.ts';
import { isVisible, visibleVersionId } from './visible-versions.ts';

export interface CatalogueItem {
  version: PluginVersion;
  /** In the namespace, or in any when an organization is looked at, a pointer names a deployment of it (D19). */
  deployed: boolean;
}

export interface CatalogueRequest {
  name?: string;
  /** Whose plugins: those of the namespace, or of the organization. */
  source?: 'namespace' | 'org';
  page: PageRequest;
  offset: number;
}

export type CataloguePage<Item> = Page<Item> & { total: number };

/** For a selection: of the columns of one, drizzle leaves out the table. */
function deployedFor(ownerId: OwnerId): SQL.Aliased<boolean> {
  const namespaceId = namespaceOf(ownerId);
  const here = namespaceId === null ? sql`` : sql`and lp.namespace_id = ${namespaceId}`;
  return sql`exists (select 1 from live_pointers lp where lp.subject_id = plugin_versions.id and lp.target_id is not null ${here})`
    .mapWith(Boolean)
    .as('deployed');
}

export async function listCatalogue(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  { name, source, page, offset }: CatalogueRequest,
): Promise<CataloguePage<CatalogueItem>> {
  requireScope(actor, 'plugins:read');
  const ofSource =
    source && sql`(${pluginVersions.ownerId} = ${pluginVersions.organizationId}) = ${source === 'org' ? 1 : 0}`;
  const listed = and(isVisible(ownerId), name === undefined ? undefined : eq(pluginVersions.name, name), ofSource);
  const [owners, items, [count]] = await db.batch([
    selectOwner(db, actor, ownerId),
    db
      .select({ version: pluginVersions, deployed: deployedFor(ownerId) })
      .from(pluginVersions)
      .where(and(listed, page.cursor === undefined ? undefined : isAfterCatalogueCursor(page.cursor)))
      .orderBy(...catalogueOrder)
      .limit(page.limit + 1)
      .offset(offset),
    db.select({ total: sql<number>`count(*)` }).from(pluginVersions).where(listed),
  ]);
  requireOwner(owners, ownerId);
  return { ...cataloguePage(items, page), total: count?.total ?? 0 };
}

export function cataloguePage<Item extends { version: PluginVersion }>(
  rows: Item[],
  { limit }: PageRequest,
): Page<Item> {
  return pageOf(rows, limit, ({ version }) => versionSlug(version));
}

/** One version as the actor may see it; 404 for what isn't there for this actor. */
export async function catalogueItem(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<CatalogueItem> {
  const [owners, items] = await db.batch([
    selectOwner(db, actor, ownerId),
    db
      .select({ version: pluginVersions, deployed: deployedFor(ownerId) })
      .from(pluginVersions)
      .where(eq(pluginVersions.id, visibleVersionId(parseVersionKey(ownerId, slug)))),
  ]);
  requireOwner(owners, ownerId);
  const [item] = items;
  return { version: requireVersion(item ? [item.version] : [], slug), deployed: item?.deployed ?? false };
}

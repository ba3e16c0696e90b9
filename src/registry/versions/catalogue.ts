// Lists and gets the versions that an owner sees, and whether they are deployed. Each read takes one D1 round trip.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { namespaceOf, requireOwner, selectOwner } from '../../access/owners.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { livePointers } from '../../db/schema/deploy.ts';
import { type OwnerId, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { requirePublished, selectPendingUpload } from '../uploads/pending-uploads.ts';
import {
  catalogueOrder,
  isAfterCatalogueCursor,
  type PluginVersion,
  parseVersionKey,
  versionSlug,
} from './versions.ts';
import { isVisible, visibleVersionId } from './visible-versions.ts';

export interface CatalogueItem {
  version: PluginVersion;
  /** A pointer names a deployment of it: in the namespace, or in any namespace for an organization (D19). */
  deployed: boolean;
}

export interface CatalogueRequest {
  name?: string;
  /** Owner of the plugins: the namespace, or the organization. */
  source?: 'namespace' | 'org';
  page: PageRequest;
  offset: number;
}

export type CataloguePage<Item> = Page<Item> & { total: number };

function deployedFor(ownerId: OwnerId): SQL.Aliased<boolean> {
  const namespaceId = namespaceOf(ownerId);
  const { subjectId, targetId } = livePointers;
  const isHere = namespaceId === null ? sql`true` : sql`${livePointers.namespaceId} = ${namespaceId}`;
  const isLive = sql<boolean>`exists (select 1 from ${livePointers} where ${subjectId} = ${pluginVersions.id} and ${targetId} is not null and ${isHere})`;
  return qualified(isLive).mapWith(Boolean).as('deployed');
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
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    items: db
      .select({ version: pluginVersions, deployed: deployedFor(ownerId) })
      .from(pluginVersions)
      .where(and(listed, page.cursor === undefined ? undefined : isAfterCatalogueCursor(page.cursor)))
      .orderBy(...catalogueOrder)
      .limit(page.limit + 1)
      .offset(offset),
    counts: db.select({ total: sql<number>`count(*)` }).from(pluginVersions).where(listed),
  });
  requireOwner(found.owners, ownerId);
  return { ...cataloguePage(found.items, page), total: found.counts[0]?.total ?? 0 };
}

export function cataloguePage<Item extends { version: PluginVersion }>(
  rows: Item[],
  { limit }: PageRequest,
): Page<Item> {
  return pageOf(rows, limit, ({ version }) => versionSlug(version));
}

/** Gets one version. Throws not-found if this actor can't see it, and upload-pending if it is still being confirmed. */
export async function catalogueItem(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
): Promise<CatalogueItem> {
  const key = parseVersionKey(ownerId, slug);
  const [owners, items, pending] = await db.batch([
    selectOwner(db, actor, ownerId),
    db
      .select({ version: pluginVersions, deployed: deployedFor(ownerId) })
      .from(pluginVersions)
      .where(eq(pluginVersions.id, visibleVersionId(key))),
    selectPendingUpload(db, actor, key),
  ]);
  requireOwner(owners, ownerId);
  const [item] = items;
  const version = requirePublished(item ? [item.version] : [], pending, slug);
  return { version, deployed: item?.deployed ?? false };
}

// Reading an owner's catalogue: the versions of its plugins, and whether they serve anywhere. One D1 round trip each.
import { type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { requireOwner, selectOwner } from '../access/owners.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { type OwnerId, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import {
  catalogueOrder,
  foundVersion,
  type PluginVersion,
  versionKeyOf,
  versionNumbered,
  versionsOf,
} from './versions.ts';

export interface CatalogueItem {
  version: PluginVersion;
  /** A pointer of some namespace names a deployment of it. */
  deployed: boolean;
}

export interface CatalogueRequest {
  name?: string;
  limit: number;
  offset: number;
}

const deployed: SQL<boolean> =
  sql`exists (select 1 from ${livePointers} where ${livePointers.subjectId} = ${pluginVersions.id} and ${livePointers.targetId} is not null)`.mapWith(
    Boolean,
  );

export async function listCatalogue(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  { name, limit, offset }: CatalogueRequest,
): Promise<{ items: CatalogueItem[]; total: number }> {
  requireScope(actor, 'plugins:read');
  const [owners, items, [count]] = await db.batch([
    selectOwner(db, actor, ownerId),
    db
      .select({ version: pluginVersions, deployed: deployed.as('deployed') })
      .from(pluginVersions)
      .where(versionsOf(ownerId, name))
      .orderBy(...catalogueOrder)
      .limit(limit)
      .offset(offset),
    db.select({ total: sql<number>`count(*)` }).from(pluginVersions).where(versionsOf(ownerId, name)),
  ]);
  requireOwner(owners, ownerId);
  return { items, total: count?.total ?? 0 };
}

/** One version as the actor may see it; 404 for what isn't there for this actor. */
export async function catalogueItem(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  ownerId: OwnerId,
  pluginId: string,
): Promise<CatalogueItem> {
  const [owners, items] = await db.batch([
    selectOwner(db, actor, ownerId),
    db
      .select({ version: pluginVersions, deployed: deployed.as('deployed') })
      .from(pluginVersions)
      .where(versionNumbered(versionKeyOf(ownerId, pluginId)))
      .limit(1),
  ]);
  requireOwner(owners, ownerId);
  const [item] = items;
  return { version: foundVersion(item ? [item.version] : [], pluginId), deployed: item?.deployed ?? false };
}

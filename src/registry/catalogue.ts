// Reading the catalogue of a namespace: its plugins' versions, and one of them with how it stands. One D1 round trip each.
import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { foundNamespace, selectNamespace } from '../access/namespaces.ts';
import type { NamespaceId } from '../core/ids.ts';
import { livePointers, pluginVersions } from '../db/schema.ts';
import type { Deps } from '../deps.ts';
import { catalogueOrder, type PluginVersion, versionsOf } from './versions.ts';

export interface CatalogueItem {
  version: PluginVersion;
  /** A pointer of the namespace names a deployment of it. */
  deployed: boolean;
}

export interface CatalogueRequest {
  name?: string;
  limit: number;
  offset: number;
}

export async function listCatalogue(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { name, limit, offset }: CatalogueRequest,
): Promise<{ items: CatalogueItem[]; total: number }> {
  requireScope(actor, 'plugins:read');
  const [namespaces, rows, [count]] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    db
      .select({ version: pluginVersions, target: livePointers.targetId })
      .from(pluginVersions)
      .leftJoin(
        livePointers,
        and(
          eq(livePointers.namespaceId, namespaceId),
          eq(livePointers.subjectId, pluginVersions.id),
          isNotNull(livePointers.targetId),
        ),
      )
      .where(versionsOf(namespaceId, name))
      .orderBy(...catalogueOrder)
      .limit(limit)
      .offset(offset),
    db.select({ total: sql<number>`count(*)` }).from(pluginVersions).where(versionsOf(namespaceId, name)),
  ]);
  foundNamespace(namespaces, namespaceId);
  return {
    items: rows.map(({ version, target }) => ({ version, deployed: target !== null })),
    total: count?.total ?? 0,
  };
}

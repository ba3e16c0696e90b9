// How a version stands in a namespace, in one D1 round trip: what serves it, and the newest attempt.
import { and, desc, eq, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../access/actor.ts';
import { foundNamespace, selectNamespace } from '../access/namespaces.ts';
import type { NamespaceId } from '../core/ids.ts';
import { deployments, livePointers } from '../db/schema.ts';
import type { Deps } from '../deps.ts';
import {
  foundVersion,
  type PluginVersion,
  selectVersion,
  type VersionKey,
  versionIdOf,
  versionKeyOf,
} from '../registry/versions.ts';

export type Deployment = typeof deployments.$inferSelect;

/** Attempts that still say something about the version: not overtaken, not called off. */
export const notOvertaken: SQL = notInArray(deployments.status, ['superseded', 'cancelled']);

export interface Standing {
  /** What serves the version in the namespace now. */
  serving: Deployment | null;
  /** The newest attempt that isn't older than the pointer's last move. */
  newest: Deployment | null;
}

/** The version as the actor may see it, with its standing; 404 for what isn't there for this actor. */
export async function versionStanding(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  pluginId: string,
): Promise<{ version: PluginVersion; standing: Standing }> {
  const key = versionKeyOf(namespaceId, pluginId);
  const [namespaces, versions, rows] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    selectVersion(db, key),
    selectStanding(db, namespaceId, key),
  ]);
  foundNamespace(namespaces, namespaceId);
  return { version: foundVersion(versions, pluginId), standing: standingOf(rows) };
}

function selectStanding(db: Deps['db'], namespaceId: NamespaceId, key: VersionKey) {
  const onward = and(notOvertaken, sql`${deployments.ticket} >= coalesce(${livePointers.ticket}, 0)`);
  return db
    .select({ deployment: deployments, pointer: livePointers })
    .from(deployments)
    .leftJoin(
      livePointers,
      and(eq(livePointers.namespaceId, deployments.namespaceId), eq(livePointers.subjectId, deployments.versionId)),
    )
    .where(
      and(
        eq(deployments.namespaceId, namespaceId),
        eq(deployments.versionId, versionIdOf(key)),
        or(eq(sql`${livePointers.targetId}`, deployments.id), onward),
      ),
    )
    .orderBy(desc(deployments.ticket))
    .limit(20);
}

/** Status words of design §6: overtaken attempts and those the pointer has left behind don't count. */
function standingOf(rows: Awaited<ReturnType<typeof selectStanding>>): Standing {
  const serving = rows.find(({ deployment, pointer }) => pointer?.targetId === deployment.id);
  const newest = rows.find(
    ({ deployment, pointer }) => deployment.ticket >= (pointer?.ticket ?? 0) && deployment.status !== 'stopped',
  );
  return { serving: serving?.deployment ?? null, newest: newest?.deployment ?? null };
}

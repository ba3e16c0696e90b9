// How a version stands in a namespace, in one D1 round trip: what serves it, and the newest attempt.
import { and, desc, eq, notInArray, or, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/namespaces.ts';
import type { NamespaceId } from '../core/ids.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { type PluginVersion, parseVersionKey, requireVersion, type VersionKey } from '../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../registry/versions/visible-versions.ts';

export type Deployment = typeof deployments.$inferSelect;

/** Attempts that still say something about the version: not overtaken, not called off. */
export const isCurrentAttempt: SQL = notInArray(deployments.status, ['superseded', 'cancelled']);

export interface DeploymentOverview {
  /** What serves the version in the namespace now. */
  serving: Deployment | null;
  /** The newest attempt that isn't older than the pointer's last move. */
  newest: Deployment | null;
}

/** The version as the actor may see it, with its standing; 404 for what isn't there for this actor. */
export async function deploymentOverview(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  slug: string,
): Promise<{ version: PluginVersion; overview: DeploymentOverview }> {
  const key = parseVersionKey(namespaceId, slug);
  const [namespaces, versions, pointers, attempts] = await db.batch([
    selectNamespace(db, actor, namespaceId),
    selectVisibleVersion(db, key),
    db
      .select()
      .from(livePointers)
      .where(and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, visibleVersionId(key)))),
    selectAttempts(db, namespaceId, key),
  ]);
  requireNamespace(namespaces, namespaceId);
  return { version: requireVersion(versions, slug), overview: overviewOf(pointers[0], attempts) };
}

/** What serves, and the newest attempts that still count. (No join: in a batch D1 loses columns of the same name.) */
function selectAttempts(db: Deps['db'], namespaceId: NamespaceId, key: VersionKey) {
  const target = sql`(select lp.target_id from live_pointers lp where lp.namespace_id = ${namespaceId} and lp.subject_id = ${visibleVersionId(key)})`;
  return db
    .select()
    .from(deployments)
    .where(
      and(
        eq(deployments.namespaceId, namespaceId),
        eq(deployments.versionId, visibleVersionId(key)),
        or(eq(deployments.id, target), isCurrentAttempt),
      ),
    )
    .orderBy(desc(sql`${deployments.id} = ${target}`), desc(deployments.ticket))
    .limit(10);
}

/** Status words of design §6: overtaken attempts and those the pointer has left behind don't count. */
export function overviewOf(
  pointer: typeof livePointers.$inferSelect | undefined,
  attempts: Deployment[],
): DeploymentOverview {
  const counting = attempts.filter(({ ticket, status }) => ticket >= (pointer?.ticket ?? 0) && status !== 'stopped');
  const [newest = null] = counting.sort((a, b) => b.ticket - a.ticket);
  return { serving: attempts.find(({ id }) => id === pointer?.targetId) ?? null, newest };
}

// Reads a version's live and latest deployments in a namespace, in one D1 round trip.
import { and, desc, eq, notInArray, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Actor } from '../access/actor.ts';
import { requireNamespace, selectNamespace } from '../access/visible-namespaces.ts';
import type { Permissions } from '../contract/plugin/permissions.ts';
import type { NamespaceId } from '../core/ids.ts';
import { readTogether } from '../db/client.ts';
import { deployments, livePointers } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { selectVersionGrant } from '../registry/grants/grants.ts';
import { type AdvisoryCounts, noAdvisories, selectAdvisoryCounts } from '../registry/versions/known-advisories.ts';
import {
  type PendingUpload,
  selectPendingUpload,
  unpublished,
  uploadPending,
} from '../registry/versions/pending-uploads.ts';
import { type PluginVersion, parseVersionKey, type VersionKey } from '../registry/versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../registry/versions/visible-versions.ts';

const pointer = alias(livePointers, 'pointer');

export type Deployment = typeof deployments.$inferSelect;

/** SQL: the deployment still counts for the version's status, because it was neither superseded nor cancelled. */
export const isCurrentAttempt: SQL = notInArray(deployments.status, ['superseded', 'cancelled']);

export interface DeploymentOverview {
  /** The version's live deployment in the namespace. */
  serving: Deployment | null;
  /** The latest deployment that isn't older than the pointer's last move. */
  newest: Deployment | null;
}

export interface VersionOverview {
  version: PluginVersion;
  overview: DeploymentOverview;
  /** Permissions granted to the plugin; null for none. */
  granted: Permissions | null;
  advisories: AdvisoryCounts;
}

/**
 * Reads a version and its overview. Throws not-found if this actor can't see it, and upload-pending while its upload is being
 * confirmed.
 */
export async function deploymentOverview(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  slug: string,
): Promise<VersionOverview> {
  const found = await overviewOrPending(deps, actor, namespaceId, slug);
  if ('pending' in found) throw uploadPending(found.pending);
  return found;
}

/** Reads a version and its overview, or its upload while that is being confirmed. */
export async function overviewOrPending(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  slug: string,
): Promise<VersionOverview | { pending: PendingUpload }> {
  const key = parseVersionKey(namespaceId, slug);
  const { namespaces, versions, pointers, attempts, uploads, grants, known } = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    versions: selectVisibleVersion(db, key),
    pointers: db
      .select()
      .from(livePointers)
      .where(and(eq(livePointers.namespaceId, namespaceId), eq(sql`${livePointers.subjectId}`, visibleVersionId(key)))),
    attempts: selectAttempts(db, namespaceId, key),
    uploads: selectPendingUpload(db, actor, key),
    grants: selectVersionGrant(db, visibleVersionId(key)),
    known: selectAdvisoryCounts(db, visibleVersionId(key)),
  });
  requireNamespace(namespaces, namespaceId);
  const [pending] = uploads;
  if (versions.length === 0 && pending) return { pending };
  const [version] = versions;
  if (!version) throw await unpublished({ db }, actor, key);
  const granted = grants[0]?.permissions ?? null;
  const advisories = known[0]?.counts ?? noAdvisories;
  return { version, overview: toOverview(pointers[0], attempts), granted, advisories };
}

/** Selects the live deployment and the latest current attempts. Doesn't join, because in a batch D1 drops columns of the same name. */
function selectAttempts(db: Deps['db'], namespaceId: NamespaceId, key: VersionKey) {
  const target = sql`(select ${pointer.targetId} from ${livePointers} ${pointer} where ${pointer.namespaceId} = ${namespaceId} and ${pointer.subjectId} = ${visibleVersionId(key)})`;
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

/** Deployments older than the pointer's last move don't count (design §6, status values). */
export function toOverview(
  pointer: typeof livePointers.$inferSelect | undefined,
  attempts: Deployment[],
): DeploymentOverview {
  const counting = attempts.filter(({ ticket, status }) => ticket >= (pointer?.ticket ?? 0) && status !== 'stopped');
  const [newest = null] = counting.sort((a, b) => b.ticket - a.ticket);
  return { serving: attempts.find(({ id }) => id === pointer?.targetId) ?? null, newest };
}

// Reads the versions that are tools: those that serve calls in a namespace now, by their plugin's name or pinned by a set. Their manifests
// come apart, since they can be large and an isolate keeps what it made of them.
import { and, asc, eq, gt, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { Actor } from '../../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../../access/visible-namespaces.ts';
import type { NamespaceId } from '../../../core/ids.ts';
import { readTogether } from '../../../db/client.ts';
import { deployments, livePointers } from '../../../db/schema/deploy.ts';
import { pluginVersions } from '../../../db/schema/registry.ts';
import type { Deps } from '../../../deps.ts';
import { ownsName } from '../../../registry/versions/visible-versions.ts';
import type { DescribedVersion } from './tools.ts';

const byName = alias(livePointers, 'by_name');
const { definition, description, id, kind, major, manifest, minor, name, patch, sha256, sizeBytes, stage } =
  pluginVersions;
/** Bytes of what describes the version. */
const describedBytes = sql<number>`coalesce(octet_length(${manifest}), 0) + coalesce(octet_length(${definition}), 0)`;
const columns = { describedBytes, id, kind, major, minor, name, patch, sha256, sizeBytes, stage };

/** SQL: text in whose order tools are listed. */
const place = sql<string>`${name} || ' ' || ${kind}`;

/** A plugin's name ends in the namespace's own plugin, even if an organization's is enabled under it. */
function isCallable(namespaceId: NamespaceId): SQL | undefined {
  return and(
    eq(livePointers.namespaceId, namespaceId),
    eq(deployments.type, 'realtime'),
    isNull(pluginVersions.deletedAt),
    isNull(pluginVersions.quarantined),
    or(eq(sql`${pluginVersions.ownerId}`, namespaceId), sql`not ${ownsName(namespaceId, sql`${name}`)}`),
  );
}

/** Selects the versions that serve names, for a batch. */
function selectNamed(db: Deps['db'], namespaceId: NamespaceId, only: SQL | undefined) {
  return db
    .select({ ...columns, place: place.as('place') })
    .from(byName)
    .innerJoin(
      pluginVersions,
      and(sql`${pluginVersions.id} = ${byName.targetId}`, eq(sql`${pluginVersions.pluginId}`, byName.subjectId)),
    )
    .innerJoin(
      livePointers,
      and(eq(livePointers.namespaceId, byName.namespaceId), eq(sql`${livePointers.subjectId}`, pluginVersions.id)),
    )
    .innerJoin(deployments, eq(sql`${deployments.id}`, livePointers.targetId))
    .where(and(eq(byName.namespaceId, namespaceId), isNotNull(byName.targetId), isCallable(namespaceId), only));
}

/** Selects live versions of these plugins, whether or not they serve the name, for a batch. */
function selectPinned(db: Deps['db'], namespaceId: NamespaceId, only: SQL) {
  return db
    .select({ ...columns, place: place.as('place') })
    .from(pluginVersions)
    .innerJoin(livePointers, eq(sql`${livePointers.subjectId}`, pluginVersions.id))
    .innerJoin(deployments, eq(sql`${deployments.id}`, livePointers.targetId))
    .where(and(eq(kind, 'extractor'), isCallable(namespaceId), only));
}

export type LiveVersion = Awaited<ReturnType<typeof selectNamed>>[number];

/** Returns a page of the versions that serve names, in the order of names, after this place. One round trip. */
export async function pageOfLive(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { after, limit }: { after: string; limit: number },
): Promise<LiveVersion[]> {
  const { rows, spaces } = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    rows: selectNamed(db, namespaceId, gt(place, after)).orderBy(asc(place)).limit(limit),
  });
  requireNamespace(spaces, namespaceId);
  return rows;
}

/** Returns the versions that serve these plugins' names, and other live versions of those that are Python plugins. One round trip. */
export async function liveOfPlugins(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  names: readonly string[],
): Promise<{ named: LiveVersion[]; pinned: LiveVersion[] }> {
  const only = sql`${name} in (select value from json_each(${JSON.stringify(names)}))`;
  const { named, pinned, spaces } = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    named: selectNamed(db, namespaceId, only),
    pinned: selectPinned(db, namespaceId, only),
  });
  requireNamespace(spaces, namespaceId);
  return { named, pinned };
}

/** Returns what describes these versions to agents. */
export async function readDescriptions(
  { db }: Pick<Deps, 'db'>,
  versions: readonly LiveVersion[],
): Promise<DescribedVersion[]> {
  const ids = JSON.stringify(versions.map((version) => version.id));
  return db
    .select({ definition, description, id, kind, manifest, name })
    .from(pluginVersions)
    .where(sql`${id} in (select value from json_each(${ids}))`);
}

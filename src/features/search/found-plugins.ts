// Reads the plugins that a search found, as they are now: without those deleted since they were indexed.
import { and, eq, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { Actor } from '../../access/actor.ts';
import { visibleTo } from '../../access/visible-namespaces.ts';
import { searchLimits } from '../../contract/features/search/limits.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { type Db, qualified } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { livePointers } from '../../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import { versionLabel, versionSlug } from '../../registry/versions/versions.ts';
import { type Field, fieldsOf, type Hit } from './rank.ts';
import { describedAs, parseTags, taggedWith } from './read-plugins.ts';
import { searchWords } from './tables.ts';

export interface FoundPlugin {
  kind: PluginKind;
  /** Slug of the active version. */
  pluginId: string;
  name: string;
  /** Null for an organization's plugin. */
  namespaceId: NamespaceId | null;
  namespaceName: string | null;
  /** The active version. */
  version: string;
  /** Its start. Null, like the tags of an organization's plugin, for keys that know only its name. */
  description: string | null;
  tags: string[];
  matched: Field[];
  /** True if the name takes calls in a namespace that the actor can see. */
  isLive: boolean;
}

/** Returns the plugins that still exist and that the actor can see, in the order of the hits. One round trip. */
export async function readFound(db: Db, actor: Actor, hits: readonly Hit[]): Promise<FoundPlugin[]> {
  const { organizationId } = actor;
  const numbers = sql`(select value from json_each(${JSON.stringify(hits.map(({ number }) => number))}))`;
  const { kind, name, major, minor, patch, source } = pluginVersions;
  const here = actor.namespaceIds === null ? undefined : inArray(livePointers.namespaceId, [...actor.namespaceIds]);
  const pointing = and(sql`${livePointers.subjectId} = ${plugins.id}`, isNotNull(livePointers.targetId), here);
  const rows = await db
    .select({
      ...{ number: searchWords.number, ownerId: plugins.ownerId, kind, name, major, minor, patch, source },
      ...{ namespaceId: namespaces.id, namespaceName: namespaces.name },
      description: sql<string | null>`substr(${describedAs}, 1, ${searchLimits.descriptionChars})`.as('described'),
      tags: qualified(taggedWith).as('tagged'),
      isLive: qualified(sql<boolean>`exists (select 1 from ${livePointers} where ${pointing})`)
        .mapWith(Boolean)
        .as('live'),
    })
    .from(searchWords)
    .innerJoin(plugins, eq(plugins.id, searchWords.id))
    .innerJoin(pluginVersions, and(eq(pluginVersions.id, plugins.activeVersionId), isNull(pluginVersions.deletedAt)))
    .leftJoin(namespaces, and(sql`${namespaces.id} = ${plugins.ownerId}`, visibleTo(actor)))
    .where(
      and(
        eq(searchWords.organizationId, organizationId),
        sql`${searchWords.number} in ${numbers}`,
        or(eq(plugins.ownerId, organizationId), isNotNull(namespaces.id)),
      ),
    );
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  return hits.flatMap(({ mask, number }) => {
    const row = byNumber.get(number);
    if (!row) return [];
    const { description, isLive, kind, name, namespaceId, namespaceName, tags } = row;
    const isKnown = namespaceId !== null || actor.namespaceIds === null;
    const described = isKnown ? { description, tags: parseTags(tags) } : { description: null, tags: [] };
    const version = { pluginId: versionSlug(row), version: versionLabel(row) };
    return [{ kind, name, ...version, namespaceId, namespaceName, ...described, matched: fieldsOf(mask), isLive }];
  });
}

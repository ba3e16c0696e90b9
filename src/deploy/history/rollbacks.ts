// Reads when a plugin was rolled back in a namespace: by whom, or automatically, because a version crashed.
import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { qualified } from '../../db/client.ts';
import { events } from '../../db/schema/events.ts';
import { pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';

const shown = 20;

const version = alias(pluginVersions, 'version');

/** Selects the newest, for a batch. */
export function selectRollbacks(db: Deps['db'], namespaceId: NamespaceId, pluginId: SQL<PluginRowId>) {
  return db
    .select({
      at: events.createdAt,
      actor: events.actor,
      from: qualified(numberOf('from')).as('from_number'),
      to: qualified(numberOf('to')).as('to_number'),
      message: sql<string | null>`${events.data} ->> '$.message'`.as('message'),
    })
    .from(events)
    .where(
      and(
        eq(events.namespaceId, namespaceId),
        eq(sql`${events.subjectId}`, pluginId),
        // Literal, as in the index.
        sql`${events.type} = 'plugin.rolled_back'`,
      ),
    )
    .orderBy(desc(events.seq))
    .limit(shown);
}

/** SQL: the number of the version whose ID the event has under this key. Null: no version. */
function numberOf(key: 'from' | 'to'): SQL<string | null> {
  const id = sql`${events.data} ->> ${sql.raw(`'$.${key}'`)}`;
  return sql<
    string | null
  >`(select ${version.major} || '.' || ${version.minor} || '.' || ${version.patch} from ${pluginVersions} ${version} where ${version.id} = ${id})`;
}

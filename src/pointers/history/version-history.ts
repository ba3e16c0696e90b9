// Lists the versions of a plugin available to a namespace, newest first, each with its publication and deployment status.
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Actor, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace } from '../../access/visible-namespaces.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { qualified, readTogether } from '../../db/client.ts';
import { deployments, isCounting, livePointers } from '../../db/schema/deploy.ts';
import { events } from '../../db/schema/events.ts';
import { enabledPlugins, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { usedAmount } from '../../limits/amounts.ts';
import { absentPlugin } from '../../registry/go/absent-plugin.ts';
import { pluginIdByName, selectPluginByName } from '../../registry/versions/active-version.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { exactVersionOf } from '../../registry/versions/versions.ts';
import { isUsableIn } from '../../registry/versions/visible-versions.ts';
import { type Deployment, type DeploymentOverview, toOverview } from '../overview.ts';
import { chooseTarget, type RollbackChoice, selectActiveAndServing, selectRollbackFacts } from '../rollback-targets.ts';

const shown = 20;

const version = alias(pluginVersions, 'version');

/** Selects the newest rollbacks for a batch. */
function selectRollbacks(db: Deps['db'], namespaceId: NamespaceId, pluginId: SQL<PluginRowId>) {
  return db
    .select({
      at: events.createdAt,
      actor: events.actor,
      from: qualified(versionOf('from')).as('from_version'),
      to: qualified(versionOf('to')).as('to_version'),
      message: sql<string | null>`${events.data} ->> '$.message'`.as('message'),
    })
    .from(events)
    .where(
      and(
        eq(events.namespaceId, namespaceId),
        eq(sql`${events.subjectId}`, pluginId),
        // Literal, to match the index.
        sql`${events.type} = 'plugin.rolled_back'`,
      ),
    )
    .orderBy(desc(events.seq))
    .limit(shown);
}

/** SQL: what names exactly the version whose ID the event stores under this key; null if there is none. */
function versionOf(key: 'from' | 'to'): SQL<string | null> {
  const id = sql`${events.data} ->> ${sql.raw(`'$.${key}'`)}`;
  return sql<
    string | null
  >`(select ${exactVersionOf(version)} from ${pluginVersions} ${version} where ${version.id} = ${id})`;
}

const attempt = alias(deployments, 'attempt');
const pointer = alias(livePointers, 'pointer');

export interface HistoryItem {
  version: PluginVersion;
  active: boolean;
  /** True if calls by the plugin's name go to this version. */
  servesName: boolean;
  overview: DeploymentOverview;
  /** Last promotion, even if the version is no longer live. */
  lastDeployedAt: number | null;
}

export type VersionHistory = Page<HistoryItem> & {
  active: PluginVersion;
  serving: PluginVersion | null;
  rollback: RollbackChoice;
  /** Newest first. */
  rollbacks: Awaited<ReturnType<typeof selectRollbacks>>;
  total: number;
};

/** Makes one D1 round trip; 404 for a name without versions. */
export async function versionHistory(
  deps: Pick<Deps, 'db' | 'clock' | 'policyVersion'>,
  actor: Actor,
  { namespaceId, name, kind = 'extractor' }: { namespaceId: NamespaceId; name: string; kind?: PluginKind },
  page: PageRequest,
): Promise<VersionHistory> {
  requireScope(actor, 'plugins:read');
  const { db } = deps;
  const pluginId = pluginIdByName(namespaceId, name, kind);
  const usable = and(eq(pluginVersions.pluginId, pluginId), isUsableIn(namespaceId));
  const onPage = and(usable, page.cursor ? lt(sql`${pluginVersions.id}`, page.cursor) : undefined);
  const ids = sql`(select ${pluginVersions.id} from ${pluginVersions} where ${onPage} order by ${desc(pluginVersions.id)} limit ${page.limit})`;
  const found = await readTogether(db, {
    namespaces: selectNamespace(db, actor, namespaceId),
    named: selectPluginByName(db, namespaceId, name, kind),
    ...selectActiveAndServing(db, namespaceId, pluginId),
    ...selectRollbackFacts(deps, namespaceId, pluginId),
    rollbacks: selectRollbacks(db, namespaceId, pluginId),
    rows: selectRows(db, namespaceId, onPage, page),
    total: db.select({ count: qualified(usableCount(namespaceId, pluginId)) }).from(sql`(select 1)`),
    pointers: db
      .select()
      .from(livePointers)
      .where(and(eq(livePointers.namespaceId, namespaceId), inArray(livePointers.subjectId, ids))),
    attempts: selectDecidingAttempts(db, namespaceId, ids),
  });
  requireNamespace(found.namespaces, namespaceId);
  const [active] = found.active;
  if (found.named.length === 0 || !active) throw await absentPlugin({ db }, { ownerId: namespaceId, kind, name });
  const { earlier, known, rollbacks, total, ...rest } = found;
  return {
    ...pageOfItems(rest, page),
    active,
    serving: found.serving[0] ?? null,
    rollback: chooseTarget({ earlier, known }),
    rollbacks,
    total: total[0]?.count ?? 0,
  };
}

interface FoundItems {
  rows: { version: PluginVersion; lastDeployedAt: number | null }[];
  active: PluginVersion[];
  serving: PluginVersion[];
  pointers: (typeof livePointers.$inferSelect)[];
  attempts: Deployment[];
}

function pageOfItems(found: FoundItems, { limit }: PageRequest): Page<HistoryItem> {
  const { items, nextCursor } = toPage(found.rows, limit, ({ version }) => version.id);
  const history = items.map(({ version, lastDeployedAt }) => ({
    version,
    active: version.id === found.active[0]?.id,
    servesName: version.id === found.serving[0]?.id,
    overview: toOverview(
      found.pointers.find(({ subjectId }) => subjectId === version.id),
      found.attempts.filter(({ versionId }) => versionId === version.id),
    ),
    lastDeployedAt,
  }));
  return { items: history, nextCursor };
}

/** Selects a page of versions, newest first: version IDs are ordered by time. */
function selectRows(db: Deps['db'], namespaceId: NamespaceId, onPage: SQL | undefined, { limit }: PageRequest) {
  return db
    .select({
      version: pluginVersions,
      lastDeployedAt: qualified(lastDeployedAt(namespaceId)).as('last_deployed_at'),
    })
    .from(pluginVersions)
    .where(onPage)
    .orderBy(desc(pluginVersions.id))
    .limit(limit + 1);
}

/** SQL: the number of the plugin's versions available to the namespace. The namespace's own versions aren't counted one by one. */
function usableCount(namespaceId: NamespaceId, pluginId: SQL<PluginRowId>): SQL<number> {
  const isOwn = sql`exists (select 1 from ${plugins} where ${plugins.id} = ${pluginId} and ${plugins.ownerId} = ${namespaceId})`;
  const enabled = sql`(select count(*) from ${enabledPlugins} cross join ${pluginVersions} on ${pluginVersions.id} = ${enabledPlugins.versionId}
    where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.pluginId} = ${pluginId} and ${pluginVersions.deletedAt} is null)`;
  return sql<number>`iif(${isOwn}, ${usedAmount(pluginId, 'plugin_versions')}, ${enabled})`;
}

function lastDeployedAt(namespaceId: NamespaceId): SQL<number | null> {
  return sql<number | null>`(select ${attempt.promotedAt} from ${deployments} ${attempt}
    where ${attempt.namespaceId} = ${namespaceId} and ${attempt.versionId} = ${pluginVersions.id} and ${attempt.promotedAt} is not null
    order by ${attempt.promotedAt} desc limit 1)`;
}

/** Selects at most two rows per version: its live deployment and its latest current attempt. */
function selectDecidingAttempts(db: Deps['db'], namespaceId: NamespaceId, ids: SQL) {
  const versionId = sql`${pluginVersions.id}`;
  const newest = sql`(select ${attempt.id} from ${deployments} ${attempt}
    where ${attempt.namespaceId} = ${namespaceId} and ${attempt.versionId} = ${versionId} and ${isCounting(attempt)}
    order by ${attempt.ticket} desc limit 1)`;
  const serving = sql`(select ${pointer.targetId} from ${livePointers} ${pointer} where ${pointer.namespaceId} = ${namespaceId} and ${pointer.subjectId} = ${versionId})`;
  const deciding = (one: SQL) => sql`select ${one} from ${pluginVersions} where ${versionId} in ${ids}`;
  return db
    .select()
    .from(deployments)
    .where(sql`${deployments.id} in (${deciding(newest)} union all ${deciding(serving)})`);
}

// Reads the table of a namespace's plugins: for each plugin, its live version, newest deployment, calls in the last day, and last
// change. Every fact comes from an index; only calls are counted one by one.
import { and, desc, eq, gte, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { ActorRef } from '../contract/actor.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { DeploymentType, PluginKind } from '../contract/states.ts';
import { dayAt, hourMs } from '../contract/traffic.ts';
import type { NamespaceId, PluginRowId, ReleaseId, VersionId } from '../core/ids.ts';
import { qualified } from '../db/client.ts';
import { deployments, livePointers, promotions } from '../db/schema/deploy.ts';
import { events } from '../db/schema/events.ts';
import { enabledPlugins, type OwnerId, plugins, pluginVersions } from '../db/schema/registry.ts';
import { isActiveRelease, releases } from '../db/schema/releases.ts';
import { callCounts, hourColumns } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { activeVersionId } from '../registry/versions/active-version.ts';
import { ownsName } from '../registry/versions/visible-versions.ts';
import type { CountedCalls } from './call-counters.ts';
import { type PluginUse, selectUses } from './plugin-uses.ts';

const listed = alias(plugins, 'listed');
/** An alias, because its correlated subqueries read the plugins table too. */
const shown = alias(plugins, 'shown');
const attempt = alias(deployments, 'attempt');
const pointer = alias(livePointers, 'pointer');
const event = alias(events, 'event');

type Db = Deps['db'];
type DeploymentRow = typeof deployments.$inferSelect;
export type NewestDeployment = Pick<
  DeploymentRow,
  'id' | 'pluginId' | 'versionId' | 'status' | 'type' | 'createdBy' | 'createdAt'
>;
type VersionRow = typeof pluginVersions.$inferSelect;
export type ShownVersion = Pick<
  VersionRow,
  'id' | 'kind' | 'source' | 'major' | 'minor' | 'patch' | 'verdict' | 'createdBy' | 'createdAt'
>;

export interface OverviewFacts {
  plugins: {
    id: PluginRowId;
    ownerId: OwnerId;
    kind: PluginKind;
    name: string;
    activeId: VersionId | null;
    servedId: VersionId | null;
    servingType: DeploymentType | null;
    /** When the version got the name, or was last redeployed while it had it. */
    promotedAt: number | null;
  }[];
  deployments: NewestDeployment[];
  versions: ShownVersion[];
  rollbacks: { pluginId: string; by: ActorRef; at: number }[];
  /** Active releases, at most one per plugin. */
  releases: { id: ReleaseId; pluginId: PluginRowId; toVersionId: VersionId; weight: number }[];
  counts: CountedCalls[];
  uses: PluginUse[];
  /** Minute counts of the hours in which plugins were promoted. */
  promotionHours: Pick<typeof callCounts.$inferSelect, 'pluginId' | 'at' | 'version' | 'minutes'>[];
}

/** Selects the facts for a batch, with the calls since a given time, and the use at the places until now. */
export function selectOverviewFacts(
  db: Db,
  namespaceId: NamespaceId,
  { now, places, since }: { now: number; places: readonly OwnerId[]; since: number },
) {
  return {
    plugins: selectPlugins(db, namespaceId),
    deployments: selectNewestDeployments(db, namespaceId),
    versions: selectVersions(db, namespaceId),
    rollbacks: selectRollbacks(db, namespaceId),
    releases: selectActiveReleases(db, namespaceId),
    counts: selectCounts(db, namespaceId, since),
    uses: selectUses(db, { namespaceId, places, pluginIds: listedIds(namespaceId) }, dayAt(now)),
    promotionHours: selectPromotionHours(db, namespaceId),
  };
}

/**
 * SQL: the IDs of the namespace's own plugins that have a version, and of plugins that are enabled in it and not shadowed. Selects one
 * more than is read.
 */
function listedIds(namespaceId: NamespaceId): SQL {
  const limit = traffic.pluginsRead + 1;
  const own = sql`select ${listed.id} from ${plugins} ${listed}
    where ${listed.ownerId} = ${namespaceId} and ${listed.kind} in ('extractor', 'pipeline', 'storage') and ${listed.activeVersionId} is not null limit ${limit}`;
  const enabled = sql`select distinct ${enabledPlugins.pluginId} from ${enabledPlugins}
    where ${enabledPlugins.namespaceId} = ${namespaceId} and not ${ownsName(namespaceId, sql`${enabledPlugins.name}`)} limit ${limit}`;
  return sql`(select * from (${own}) union all select * from (${enabled}))`;
}

function servedVersionId(namespaceId: NamespaceId): SQL<VersionId | null> {
  return sql`(select ${livePointers.targetId} from ${livePointers} where ${livePointers.namespaceId} = ${namespaceId} and ${livePointers.subjectId} = ${shown.id})`;
}

/** SQL: the type of the name's live deployment. */
function servingType(namespaceId: NamespaceId): SQL<DeploymentType | null> {
  const serving = sql`(select ${pointer.targetId} from ${livePointers} ${pointer} where ${pointer.namespaceId} = ${namespaceId} and ${pointer.subjectId} = ${servedVersionId(namespaceId)})`;
  return sql`(select ${attempt.type} from ${deployments} ${attempt} where ${attempt.id} = ${serving})`;
}

/** SQL: when the name's live version got the name or was redeployed, whichever is later. */
function promotedAt(namespaceId: NamespaceId): SQL<number | null> {
  const versionId = servedVersionId(namespaceId);
  const serving = sql`(select ${pointer.targetId} from ${livePointers} ${pointer} where ${pointer.namespaceId} = ${namespaceId} and ${pointer.subjectId} = ${versionId})`;
  const deployed = sql`(select ${attempt.promotedAt} from ${deployments} ${attempt} where ${attempt.id} = ${serving})`;
  const named = sql`(select ${promotions.promotedAt} from ${promotions}
    where ${promotions.namespaceId} = ${namespaceId} and ${promotions.pluginId} = ${shown.id} and ${promotions.versionId} = ${versionId})`;
  return sql<number | null>`max(coalesce(${named}, ${deployed}), coalesce(${deployed}, ${named}))`;
}

function selectPlugins(db: Db, namespaceId: NamespaceId) {
  return db
    .select({
      id: shown.id,
      ownerId: shown.ownerId,
      kind: shown.kind,
      name: shown.name,
      activeId: qualified<VersionId | null>(activeVersionId(namespaceId, sql`${shown.id}`)).as('active_id'),
      servedId: qualified(servedVersionId(namespaceId)).as('served_id'),
      servingType: qualified(servingType(namespaceId)).as('serving_type'),
      promotedAt: qualified(promotedAt(namespaceId)).as('promoted_at'),
    })
    .from(shown)
    .where(sql`${shown.id} in ${listedIds(namespaceId)}`);
}

/** SQL over the shown plugins: a column of the plugin's newest deployment in the namespace. */
function newestDeployment(namespaceId: NamespaceId, column: typeof attempt.id | typeof attempt.versionId): SQL {
  return sql`(select ${column} from ${deployments} ${attempt}
    where ${attempt.namespaceId} = ${namespaceId} and ${attempt.pluginId} = ${shown.id} order by ${attempt.ticket} desc limit 1)`;
}

function selectNewestDeployments(db: Db, namespaceId: NamespaceId) {
  const { createdAt, createdBy, id, pluginId, status, type, versionId } = deployments;
  const newest = sql`(select ${newestDeployment(namespaceId, attempt.id)} from ${plugins} ${shown} where ${shown.id} in ${listedIds(namespaceId)})`;
  return db
    .select({ id, pluginId, versionId, status, type, createdBy, createdAt })
    .from(deployments)
    .where(sql`${deployments.id} in ${newest}`);
}

/** Selects versions that are active, live, last deployed, or candidates of a release. */
function selectVersions(db: Db, namespaceId: NamespaceId) {
  const { createdAt, createdBy, id, kind, major, minor, patch, source, verdict } = pluginVersions;
  const parts = [
    activeVersionId(namespaceId, sql`${shown.id}`),
    servedVersionId(namespaceId),
    newestDeployment(namespaceId, attempt.versionId),
  ].map((one) => sql`select ${one} from ${plugins} ${shown} where ${shown.id} in ${listedIds(namespaceId)}`);
  const candidates = sql`select ${releases.toVersionId} from ${releases} where ${isActiveIn(namespaceId)}`;
  return db
    .select({ id, kind, source, major, minor, patch, verdict, createdBy, createdAt })
    .from(pluginVersions)
    .where(sql`${pluginVersions.id} in (${sql.join([...parts, candidates], sql` union all `)})`);
}

function isActiveIn(namespaceId: NamespaceId): SQL | undefined {
  return and(eq(releases.namespaceId, namespaceId), isActiveRelease());
}

function selectActiveReleases(db: Db, namespaceId: NamespaceId) {
  const { id, pluginId, toVersionId, weight } = releases;
  return db.select({ id, pluginId, toVersionId, weight }).from(releases).where(isActiveIn(namespaceId));
}

/** Selects each plugin's newest rollback. The type is a literal, to match the index. */
function selectRollbacks(db: Db, namespaceId: NamespaceId) {
  const newest = sql`(select ${event.seq} from ${events} ${event}
    where ${event.namespaceId} = ${namespaceId} and ${event.subjectId} = ${shown.id} and ${event.type} = 'plugin.rolled_back'
    order by ${event.seq} desc limit 1)`;
  return db
    .select({ pluginId: events.subjectId, by: events.actor, at: events.createdAt })
    .from(events)
    .where(
      sql`${events.seq} in (select ${newest} from ${plugins} ${shown} where ${shown.id} in ${listedIds(namespaceId)})`,
    );
}

/** Selects the hours of all plugins in the namespace, newest first. */
function selectCounts(db: Db, namespaceId: NamespaceId, since: number) {
  return db
    .select(hourColumns)
    .from(callCounts)
    .where(and(eq(callCounts.namespaceId, namespaceId), gte(callCounts.at, since)))
    .orderBy(desc(callCounts.at))
    .limit(traffic.tableRowsRead);
}

/** Selects the minutes of each plugin's promotion hour, because only those since the promotion count. */
function selectPromotionHours(db: Db, namespaceId: NamespaceId) {
  const { at, minutes, pluginId, version } = callCounts;
  const promoted = promotedAt(namespaceId);
  const hours = sql`(select ${shown.id}, ${promoted} - ${promoted} % ${hourMs} from ${plugins} ${shown} where ${shown.id} in ${listedIds(namespaceId)})`;
  return db
    .select({ pluginId, at, version, minutes })
    .from(callCounts)
    .where(and(eq(callCounts.namespaceId, namespaceId), sql`(${pluginId}, ${at}) in ${hours}`));
}

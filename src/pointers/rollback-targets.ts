// Chooses where a rollback goes (D4, decision 171). The API, the commands, the console and the rollback itself use this choice.
import { and, desc, eq, gte, inArray, type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, alias } from 'drizzle-orm/sqlite-core';
import { isFailing } from '../contract/health.ts';
import { traffic } from '../contract/limits/traffic.ts';
import type { SkipReason } from '../contract/skipped-versions.ts';
import { hourMs } from '../contract/traffic.ts';
import type { NamespaceId, PluginRowId, VersionId } from '../core/ids.ts';
import { qualified, type Results, unionAll } from '../db/client.ts';
import { deployments, type LeftBecause, livePointers, promotions } from '../db/schema/deploy.ts';
import { enabledPlugins, pluginVersions } from '../db/schema/registry.ts';
import { callCounts } from '../db/schema/traffic.ts';
import type { Deps } from '../deps.ts';
import { activeVersionId } from '../registry/versions/active-version.ts';
import { exactVersion, type PluginVersion } from '../registry/versions/versions.ts';
import { isUsableIn } from '../registry/versions/visible-versions.ts';
import { isRejected, type PolicyDeps } from '../scan-host/current-verdict.ts';

type Namespace = NamespaceId | SQL<NamespaceId>;

/** Most targets that the API lists. */
const targetsMax = 100;

/** SQL: the ID of the version to roll back from: the live version of the name, or else the active one. */
export function rollbackSourceId(namespaceId: Namespace, pluginId: PluginRowId | SQL<PluginRowId>): SQL<VersionId> {
  return sql<VersionId>`coalesce(${servingVersionId(namespaceId, pluginId)}, ${activeVersionId(namespaceId, pluginId)})`;
}

/** SQL: the ID of the name's live version. */
export function servingVersionId(namespaceId: Namespace, pluginId: PluginRowId | SQL<PluginRowId>): SQL<VersionId> {
  const named = alias(livePointers, 'named');
  return sql<VersionId>`(select ${named.targetId} from ${livePointers} ${named} where ${named.namespaceId} = ${namespaceId} and ${named.subjectId} = ${pluginId})`;
}

/** Reads for a batch: the active version and the name's live version. */
export function selectActiveAndServing(db: Deps['db'], namespaceId: Namespace, pluginId: SQL<PluginRowId>) {
  const selectVersion = (id: SQL<VersionId>) => db.select().from(pluginVersions).where(eq(pluginVersions.id, id));
  return {
    active: selectVersion(activeVersionId(namespaceId, pluginId)),
    serving: selectVersion(servingVersionId(namespaceId, pluginId)),
  };
}

export interface RollbackChoice {
  /** Good targets, newest first. A rollback that names no version goes to the first. */
  targets: PluginVersion[];
  /** Other earlier versions, newest first. */
  skipped: { version: PluginVersion; reason: SkipReason }[];
}

type Facts = Results<ReturnType<typeof selectRollbackFacts>>;

/** Selects, for a batch, the versions before the live one in the line, newest first, and their known calls. */
export function selectRollbackFacts(
  deps: PolicyDeps & Pick<Deps, 'db'>,
  namespaceId: Namespace,
  pluginId: SQL<PluginRowId>,
) {
  const { db, clock } = deps;
  const since = clock.now() - traffic.hoursDefault.hour * hourMs;
  const isHere = sql`${promotions.namespaceId} = ${namespaceId} and ${promotions.versionId} = ${pluginVersions.id} and ${promotions.pluginId} = ${pluginVersions.pluginId}`;
  const inLine = (column: AnySQLiteColumn) => sql`(select ${column} from ${promotions} where ${isHere})`;
  const enabled = sql`(select ${enabledPlugins.activation} from ${enabledPlugins} where ${enabledPlugins.namespaceId} = ${namespaceId} and ${enabledPlugins.versionId} = ${pluginVersions.id})`;
  const sum = (column: AnySQLiteColumn, name: string) => sql<number>`sum(${column})`.as(name);
  return {
    earlier: db
      .select({
        version: pluginVersions,
        left: qualified(sql<LeftBecause | null>`${inLine(promotions.leftBecause)}`).as('left_reason'),
        rejected: qualified(isRejected(deps)).mapWith(Boolean).as('is_rejected'),
      })
      .from(pluginVersions)
      .where(sql`${pluginVersions.id} in ${earlierIds(namespaceId, pluginId)}`)
      .orderBy(sql`coalesce(${inLine(promotions.ticket)}, ${enabled}, ${pluginVersions.activation}) desc`),
    known: db
      .select({
        version: callCounts.version,
        calls: sum(callCounts.calls, 'known_calls'),
        errors: sum(callCounts.errors, 'known_errors'),
        invalid_inputs: sum(callCounts.invalidInputs, 'known_invalid_inputs'),
      })
      .from(callCounts)
      .where(
        and(
          sql`${callCounts.namespaceId} = ${namespaceId}`,
          sql`${callCounts.pluginId} = ${pluginId}`,
          gte(callCounts.at, since),
        ),
      )
      .groupBy(callCounts.version),
  };
}

/** Decides which versions a rollback may go to if it names none. */
export function chooseTarget({ earlier, known }: Facts): RollbackChoice {
  const failing = new Set(known.filter(isFailing).map(({ version }) => version));
  const judged = earlier.map(({ left, rejected, version }) => ({
    version,
    reason: reasonToSkip(version, {
      rejected: rejected ? ('rejected' as const) : null,
      left,
      failing: failing.has(exactVersion(version)) ? ('failing' as const) : null,
    }),
  }));
  return {
    targets: judged.flatMap(({ reason, version }) => (reason === null ? [version] : [])),
    skipped: judged.flatMap(({ reason, version }) => (reason === null ? [] : [{ version, reason }])),
  };
}

function reasonToSkip(
  { quarantined, yanked }: PluginVersion,
  { failing, left, rejected }: Record<'rejected' | 'left' | 'failing', SkipReason | null>,
): SkipReason | null {
  if (quarantined) return 'quarantined';
  return yanked ? 'yanked' : (rejected ?? left ?? failing);
}

/** Selects the version's last live deployment in the namespace; a rollback reuses its type and parameters. */
export function selectLastLive(db: Deps['db'], namespaceId: NamespaceId, versionId: SQL<VersionId>) {
  return db
    .select()
    .from(deployments)
    .where(
      and(
        eq(deployments.namespaceId, namespaceId),
        eq(deployments.versionId, versionId),
        inArray(deployments.status, ['promoted', 'stopped']),
      ),
    )
    .orderBy(desc(deployments.generation))
    .limit(1);
}

/**
 * SQL: the IDs of the last promoted versions before the source, or of the last activated ones if nothing was ever promoted. Excludes
 * versions that are unavailable in the namespace. Each part follows an index from its newest row.
 */
function earlierIds(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL {
  // Bound once, because a D1 statement accepts at most 100 bound values.
  const scope = sql`scope(namespace_id, plugin_id, source_id) as (select ${namespaceId}, ${pluginId}, ${rollbackSourceId(namespaceId, pluginId)})`;
  const here = sql<NamespaceId>`(select namespace_id from scope)`;
  const plugin = sql<PluginRowId>`(select plugin_id from scope)`;
  const isOther = and(isUsableIn(here), sql`${pluginVersions.id} is not (select source_id from scope)`);
  const ofSource = alias(promotions, 'of_source');
  const isEarlier = sql`coalesce(${promotions.ticket} < (select ${ofSource.ticket} from ${promotions} ${ofSource}
    where ${ofSource.namespaceId} = ${here} and ${ofSource.pluginId} = ${plugin} and ${ofSource.versionId} = (select source_id from scope)), 1)`;
  // The outer loop of a join, so that activations are read only if nothing was promoted.
  const ifNew = sql`(select 1 where not ${wasPromoted(here, plugin)})`;
  const id = pluginVersions.id;
  const promoted = sql`select ${id} from ${promotions} cross join ${pluginVersions} on ${id} = ${promotions.versionId}
    where ${promotions.namespaceId} = ${here} and ${promotions.pluginId} = ${plugin} and ${isEarlier} and ${isOther} order by ${promotions.ticket} desc limit ${targetsMax}`;
  const activated = sql`select ${id} from ${ifNew} cross join ${pluginVersions}
    where ${pluginVersions.pluginId} = ${plugin} and ${pluginVersions.activation} is not null and ${pluginVersions.ownerId} = ${here} and ${isOther}
    order by ${pluginVersions.activation} desc limit ${targetsMax}`;
  const enabled = sql`select ${id} from ${ifNew} cross join ${enabledPlugins} cross join ${pluginVersions} on ${id} = ${enabledPlugins.versionId}
    where ${enabledPlugins.namespaceId} = ${here} and ${enabledPlugins.pluginId} = ${plugin} and ${enabledPlugins.activation} is not null
      and ${pluginVersions.ownerId} is not ${here} and ${isOther}
    order by ${enabledPlugins.activation} desc limit ${targetsMax}`;
  return sql`(with ${scope} ${unionAll([promoted, activated, enabled].map((part) => sql`select * from (${part})`))})`;
}

/** SQL: a version available in the namespace has been live there by name. */
function wasPromoted(namespaceId: Namespace, pluginId: SQL<PluginRowId>): SQL {
  const any = alias(promotions, 'any_promotion');
  return sql`exists (select 1 from ${promotions} ${any} cross join ${pluginVersions} on ${pluginVersions.id} = ${any.versionId}
    where ${any.namespaceId} = ${namespaceId} and ${any.pluginId} = ${pluginId} and ${isUsableIn(namespaceId)})`;
}

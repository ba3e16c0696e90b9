// Installed Go plugins: the version that is active of each name, with when it came and what serves it.
import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../../access/actor.ts';
import type { DeploymentId, NamespaceId, VersionId } from '../../core/ids.ts';
import { deployments, livePointers } from '../../db/schema/deploy.ts';
import { plugins, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { Upload } from '../uploads/uploads.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from './installs.ts';

export interface InstalledPlugin {
  version: PluginVersion;
  installedAt: number;
  updatedAt: number;
  /** Null: nothing serves. */
  serving: { deploymentId: DeploymentId; since: number | null } | null;
  /** Why the newest deployment failed, when it did. */
  error: string | null;
}

export interface InstalledFilter {
  kind: GoKind;
  /** All of them when it is left out. */
  name?: string;
}

const listMax = 1000;

function matchesInstalled(ownerId: SQL<NamespaceId>, { kind, name }: InstalledFilter): SQL | undefined {
  return and(
    sql`${plugins.ownerId} = ${ownerId}`,
    eq(plugins.kind, kind),
    name === undefined ? undefined : eq(plugins.name, name),
  );
}

/** One round trip: the installed ones by name, and the installs of other names that are under way or came to nothing. */
export async function listInstalled(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  shown: InstalledFilter,
): Promise<{ installed: InstalledPlugin[]; installs: Upload[] }> {
  const { kind, name } = shown;
  const ownerId = homeNamespaceId(actor);
  const first = sql<number>`(select min(v.created_at) from ${pluginVersions} v where v.plugin_id = ${plugins}.id and v.deleted_at is null)`;
  const serving = sql<DeploymentId | null>`(select l.target_id from ${livePointers} l where l.namespace_id = ${ownerId} and l.subject_id = (select n.target_id from ${livePointers} n where n.namespace_id = ${ownerId} and n.subject_id = ${plugins}.id))`;
  const newest = (column: 'status' | 'error') =>
    sql<
      string | null
    >`(select d.${sql.raw(column)} from ${deployments} d where d.namespace_id = ${ownerId} and d.version_id = plugins.active_version_id order by d.ticket desc limit 1)`;
  const open = and(
    sql`${uploads.ownerId} = ${ownerId}`,
    eq(uploads.kind, kind),
    name === undefined ? undefined : eq(uploads.name, name),
    sql`${uploads.status} in ('confirming', 'rejected')`,
    sql`not exists (select 1 from ${pluginVersions} v where v.owner_id = ${ownerId} and v.kind = ${kind} and v.name = ${uploads.name} and v.deleted_at is null)`,
  );
  const [home, facts, versions, installs] = await db.batch([
    selectHomeNamespace(db, actor),
    db
      .select({
        versionId: plugins.activeVersionId,
        updatedAt: plugins.updatedAt,
        installedAt: first.as('installed_at'),
        deploymentId: serving.as('serving_id'),
        since: sql<number | null>`(select d.promoted_at from ${deployments} d where d.id = ${serving})`.as(
          'serving_since',
        ),
        status: newest('status').as('newest_status'),
        error: newest('error').as('newest_error'),
      })
      .from(plugins)
      .where(and(matchesInstalled(ownerId, shown), sql`${plugins.activeVersionId} is not null`))
      .orderBy(asc(plugins.name))
      .limit(listMax),
    db
      .select()
      .from(pluginVersions)
      .where(
        and(
          sql`${pluginVersions.id} in (select ${plugins.activeVersionId} from ${plugins} where ${matchesInstalled(ownerId, shown)})`,
          isNull(pluginVersions.deletedAt),
        ),
      ),
    db.select().from(uploads).where(open).orderBy(desc(uploads.createdAt)).limit(listMax),
  ]);
  requireHomeNamespace(home, actor);
  const byId = new Map<VersionId, PluginVersion>(versions.map((version) => [version.id, version]));
  const installed = facts.flatMap(({ versionId, installedAt, updatedAt, deploymentId, since, status, error }) => {
    const version = versionId === null ? undefined : byId.get(versionId);
    if (!version) return [];
    const servedBy = deploymentId === null ? null : { deploymentId, since };
    return [{ version, installedAt, updatedAt, serving: servedBy, error: status === 'failed' ? error : null }];
  });
  return { installed, installs: newestOfEachName(installs) };
}

function newestOfEachName(installs: Upload[]): Upload[] {
  const byName = new Map<string, Upload>();
  for (const install of installs) if (!byName.has(install.name)) byName.set(install.name, install);
  return [...byName.values()];
}

export async function installedByName(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  named: InstalledFilter & { name: string },
): Promise<InstalledPlugin> {
  const [plugin] = (await listInstalled(deps, actor, named)).installed;
  if (!plugin) throw notFound('plugin', named.name);
  return plugin;
}

/** The version that is active under the name of an install. */
export async function installedVersion(
  { db }: Pick<Deps, 'db'>,
  { ownerId, kind, name }: Pick<Upload, 'ownerId' | 'kind' | 'name'>,
): Promise<PluginVersion | undefined> {
  const active = sql`(select ${plugins.activeVersionId} from ${plugins} where ${and(eq(plugins.ownerId, ownerId), eq(plugins.kind, kind), eq(plugins.name, name))})`;
  const [version] = await db
    .select()
    .from(pluginVersions)
    .where(and(eq(pluginVersions.id, active), isNull(pluginVersions.deletedAt)));
  return version;
}

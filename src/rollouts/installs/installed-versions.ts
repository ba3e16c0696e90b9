// Lists a Go plugin's installed versions and its rollback targets (D4).
import { and, desc, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import type { NamespaceId, PluginRowId } from '../../core/ids.ts';
import { type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { selectActiveAndServing, selectRollbackTargets } from '../../pointers/rollback-targets.ts';
import { absentPlugin } from '../../registry/go/absent-plugin.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../../registry/go/installs.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';

export interface InstalledVersions {
  /** One page of versions, newest first. */
  versions: PluginVersion[];
  nextCursor: string | null;
  active: PluginVersion | undefined;
  serving: PluginVersion | undefined;
  /** Best first. */
  rollbackTargets: PluginVersion[];
}

/** Makes one D1 round trip. Throws not-found if the name isn't installed. */
export async function installedVersions(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { kind, name }: { kind: GoKind; name: string },
  page: PageRequest,
): Promise<InstalledVersions> {
  requireScope(actor, 'plugins:read');
  const namespaceId = homeNamespaceId(actor);
  const pluginId = installedPluginId(namespaceId, kind, name);
  const { home, versions, active, serving, targets } = await readTogether(db, {
    home: selectHomeNamespace(db, actor),
    versions: selectInstalledVersions(db, pluginId, page),
    ...selectActiveAndServing(db, namespaceId, pluginId),
    targets: selectRollbackTargets(db, namespaceId, pluginId),
  });
  const ownerId = requireHomeNamespace(home, actor);
  if (versions.length === 0 && active.length === 0) throw await absentPlugin({ db }, { ownerId, kind, name });
  const { items, nextCursor } = toPage(versions, page.limit, ({ id }) => id);
  return { versions: items, nextCursor, active: active[0], serving: serving[0], rollbackTargets: targets };
}

/** SQL: the ID of the plugin with that name. */
export function installedPluginId(
  namespaceId: NamespaceId | SQL<NamespaceId>,
  kind: GoKind,
  name: string,
): SQL<PluginRowId> {
  const isNamed = and(sql`${plugins.ownerId} = ${namespaceId}`, eq(plugins.kind, kind), eq(plugins.name, name));
  return sql<PluginRowId>`(select ${plugins.id} from ${plugins} where ${isNamed})`;
}

/** Selects a page of versions, newest first: version IDs are ordered by time. */
export function selectInstalledVersions(db: Deps['db'], pluginId: SQL<PluginRowId>, { limit, cursor }: PageRequest) {
  const older = cursor === undefined ? undefined : lt(sql`${pluginVersions.id}`, cursor);
  return db
    .select()
    .from(pluginVersions)
    .where(and(eq(pluginVersions.pluginId, pluginId), isNull(pluginVersions.deletedAt), older))
    .orderBy(desc(pluginVersions.id))
    .limit(limit + 1);
}

/** Returns the newest of the versions with this ref or commit. Throws not-found with the refs that are installed. */
export function requireInstalled(name: string, versions: PluginVersion[], ref: string): PluginVersion {
  const found = versions.find(({ source }) => source?.commit === ref || source?.ref === ref);
  if (found) return found;
  const installed = versions.map(({ source }) => source?.ref ?? '').join(', ');
  throw new Problem('not-found', `${name} has no installed version ${ref}. Installed: ${installed}`, {
    details: { resource: 'plugin', name },
  });
}

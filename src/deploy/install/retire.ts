// Of a Go plugin one version serves at a time: when a newer one has taken the name, the others go, each after its drain.
import { and, eq, ne, sql } from 'drizzle-orm';
import { namespaceOf } from '../../access/owners.ts';
import { systemActor } from '../../contract/events.ts';
import { livePointers } from '../../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { undeployVersion } from '../undeploy.ts';
import { deployInstalled } from './deploy-installed.ts';

const goKinds = sql`${pluginVersions.kind} in ('pipeline', 'storage')`;
const isActive = sql`exists (select 1 from ${plugins} p where p.active_version_id = ${pluginVersions.id})`;
/** Its own pointer names a deployment, and the plugin's name another version. */
const isReplaced = sql`exists (select 1 from ${livePointers} own join ${livePointers} named on named.namespace_id = own.namespace_id and named.subject_id = ${pluginVersions.pluginId}
  where own.namespace_id = ${pluginVersions.ownerId} and own.subject_id = ${pluginVersions.id} and own.target_id is not null and named.target_id is not null and named.target_id <> ${pluginVersions.id})`;

export async function retireOlderVersions(
  deps: Deps,
  { id, pluginId }: Pick<PluginVersion, 'id' | 'pluginId'>,
): Promise<void> {
  const others = await deps.db
    .select()
    .from(pluginVersions)
    .where(and(eq(pluginVersions.pluginId, pluginId), ne(pluginVersions.id, id), isReplaced));
  for (const version of others) await retire(deps, version);
}

/** What a death left half done: versions that were accepted and never deployed, and others that a newer one has overtaken. */
export async function sweepInstalled(deps: Deps): Promise<void> {
  const undeployed = sql`not exists (select 1 from deployments d where d.version_id = ${pluginVersions.id})`;
  const [never, overtaken] = await deps.db.batch([
    deps.db
      .select()
      .from(pluginVersions)
      .where(and(goKinds, isActive, sql`${pluginVersions.deletedAt} is null`, undeployed))
      .limit(100),
    deps.db.select().from(pluginVersions).where(and(goKinds, isReplaced)).limit(100),
  ]);
  for (const version of never) await deployInstalled(deps, version);
  for (const version of overtaken) await retire(deps, version);
}

async function retire(deps: Deps, version: PluginVersion): Promise<void> {
  const namespaceId = namespaceOf(version.ownerId);
  if (namespaceId !== null) await undeployVersion(deps, namespaceId, version, systemActor);
}

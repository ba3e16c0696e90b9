// Undeploys replaced versions of Go plugins: one version serves at a time, and the others stop after their drain.
import { and, eq, ne, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { namespaceOf } from '../../access/owners.ts';
import { systemActor } from '../../contract/events.ts';
import { readTogether } from '../../db/client.ts';
import { deployments, livePointers } from '../../db/schema/deploy.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { undeployVersion } from '../undeploy.ts';
import { deployInstalled } from './deploy-installed.ts';

const own = alias(livePointers, 'own');
const named = alias(livePointers, 'named');

const goKinds = sql`${pluginVersions.kind} in ('pipeline', 'storage')`;
const isActive = sql`exists (select 1 from ${plugins} where ${plugins.activeVersionId} = ${pluginVersions.id})`;
/** SQL: the version's own pointer names a deployment, while the plugin's name is served by another version. */
const isReplaced = sql`exists (select 1 from ${livePointers} ${own} join ${livePointers} ${named} on ${named.namespaceId} = ${own.namespaceId} and ${named.subjectId} = ${pluginVersions.pluginId}
  where ${own.namespaceId} = ${pluginVersions.ownerId} and ${own.subjectId} = ${pluginVersions.id} and ${own.targetId} is not null and ${named.targetId} is not null and ${named.targetId} <> ${pluginVersions.id})`;

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

/** Completes interrupted installs: deploys versions that were published but never deployed, and retires replaced ones. */
export async function sweepInstalled(deps: Deps): Promise<void> {
  const neverDeployed = sql`not exists (select 1 from ${deployments} where ${deployments.versionId} = ${pluginVersions.id})`;
  const { undeployed, replaced } = await readTogether(deps.db, {
    undeployed: deps.db
      .select()
      .from(pluginVersions)
      .where(and(goKinds, isActive, sql`${pluginVersions.deletedAt} is null`, neverDeployed))
      .limit(100),
    replaced: deps.db.select().from(pluginVersions).where(and(goKinds, isReplaced)).limit(100),
  });
  for (const version of undeployed) await deployInstalled(deps, version);
  for (const version of replaced) await retire(deps, version);
}

async function retire(deps: Deps, version: PluginVersion): Promise<void> {
  const namespaceId = namespaceOf(version.ownerId);
  if (namespaceId !== null) await undeployVersion(deps, namespaceId, version, systemActor);
}

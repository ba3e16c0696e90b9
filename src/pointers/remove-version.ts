// Deletes a version from the catalog and from traffic, in one batch, while its instances drain.
import { sql } from 'drizzle-orm';
import { ownerNamespace } from '../access/owners.ts';
import type { ActorRef } from '../contract/actor.ts';
import { formatVersion } from '../contract/plugin/manifest.ts';
import { Problem } from '../core/problem.ts';
import { runInOrder } from '../db/client.ts';
import { sendIfEnqueued } from '../events/outbox.ts';
import { enforcement } from '../registry/grants/grants.ts';
import { type Deletion, deleteVersionStatements } from '../registry/versions/deletion.ts';
import { isEnabledSomewhere, selectEnabling } from '../registry/versions/enabled.ts';
import { type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { type UndeployDeps, undeployTogether } from './undeploy.ts';

/** Deletes a version and undeploys it in one batch. An organization's version must first be disabled everywhere (D17). */
export async function removeVersion(deps: UndeployDeps, version: PluginVersion, actor: ActorRef): Promise<void> {
  const namespaceId = ownerNamespace(version.ownerId);
  const deletion = { actor, enforcement: enforcement(deps, version.pluginId) };
  if (namespaceId === null) await removeOrganizationVersion(deps, version, deletion);
  else {
    const also = deleteVersionStatements(deps, version, deletion);
    await undeployTogether(deps, namespaceId, [version], { actor, also });
  }
  deps.defer(sendIfEnqueued(deps, deletion.enforcement));
}

async function removeOrganizationVersion(
  deps: UndeployDeps,
  version: PluginVersion,
  deletion: Deletion,
): Promise<void> {
  const { db } = deps;
  const unused = sql`not ${isEnabledSomewhere(version.id)}`;
  const { enabling } = await runInOrder(db, [
    { enabling: selectEnabling(db, version.id) },
    deleteVersionStatements(deps, version, { ...deletion, condition: unused }),
    {},
    [],
  ]);
  if (enabling.length === 0) return;
  const id = versionSlug(version);
  const names = enabling.map(({ name }) => name).join(', ');
  throw new Problem('conflict', `Plugin ${id} is enabled in these namespaces: ${names}. Disable it there first.`, {
    hint: `Disable it in each namespace, which also undeploys it: \`slipway disable ${version.name}@${formatVersion(version)}\`, or \`POST /v1/namespaces/{namespace_id}/plugins/org/${id}/disable\`. Undeploying alone leaves it enabled. Then delete it again.`,
    details: { resource: 'plugin', id, namespaces: enabling.map(({ id, name }) => ({ namespace_id: id, name })) },
  });
}

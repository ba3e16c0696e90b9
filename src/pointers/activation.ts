// Makes a version the active one of its name, for rollbacks and reverted releases.
import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { Actor } from '../access/actor.ts';
import type { NamespaceId, VersionId } from '../core/ids.ts';
import type { Statement } from '../db/client.ts';
import type { Deps } from '../deps.ts';
import { activateStatements } from '../registry/versions/active-version.ts';
import { activateEnabledStatements } from '../registry/versions/enabled.ts';
import type { PluginVersion } from '../registry/versions/versions.ts';

/** Activates a namespace's own version for its owner; activates an enabled version only in this namespace. */
export function activation(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  namespaceId: NamespaceId,
  version: PluginVersion,
  { actor, condition }: { actor: Pick<Actor, 'ref'>; condition: SQL },
): Statement[] {
  const { organizationId, pluginId, id } = version;
  if (version.ownerId === namespaceId) {
    const event = { organizationId, namespaceId, actor: actor.ref };
    return activateStatements(deps, { pluginId, versionId: id, condition, event });
  }
  const versionId = sql<VersionId>`${id}`;
  return activateEnabledStatements(deps, { namespaceId, version, actor: actor.ref, versionId, condition });
}

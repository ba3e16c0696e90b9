// Deletes published versions.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import type { ActorRef } from '../../contract/actor.ts';
import { previousChanged, type Statement } from '../../db/client.ts';
import { versionAdvisories, versionPackages } from '../../db/schema/advisories.ts';
import { promotions } from '../../db/schema/deploy.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import type { OutboxMessage } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { endGrantStatements } from '../grants/grants.ts';
import { activateStatements } from './active-version.ts';
import { highestOffered, type PluginVersion, versionSlug } from './versions.ts';

export interface Deletion {
  actor: ActorRef;
  /** Message to send if the plugin's grant ends because the version is deleted. */
  enforcement: OutboxMessage;
  condition?: SQL;
}

/** Builds the statements that delete a version if the condition holds, and then activate the highest remaining one (D3, D16). */
export function deleteVersionStatements(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  version: PluginVersion,
  { actor, enforcement, condition = sql`true` }: Deletion,
): [Statement, ...Statement[]] {
  const { db, clock } = deps;
  const now = clock.now();
  const event = { organizationId: version.organizationId, namespaceId: ownerNamespace(version.ownerId), actor };
  const deleted = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.id} = ${version.id} and ${pluginVersions.deletedAt} is not null)`;
  const data = { plugin_id: versionSlug(version) };
  return [
    db
      .update(pluginVersions)
      .set({ deletedAt: now, updatedAt: now })
      .where(and(eq(pluginVersions.id, version.id), isNull(pluginVersions.deletedAt), condition)),
    record(deps, { ...event, type: 'version.deleted', subjectId: version.id, data }, previousChanged),
    ...activateStatements(deps, {
      pluginId: version.pluginId,
      versionId: highestOffered(version.pluginId),
      condition: and(eq(plugins.activeVersionId, version.id), deleted),
      event,
    }),
    db.delete(promotions).where(and(eq(promotions.versionId, version.id), deleted)),
    db.delete(pluginLocks).where(and(eq(pluginLocks.versionId, version.id), deleted)),
    db.delete(versionAdvisories).where(and(eq(versionAdvisories.versionId, version.id), deleted)),
    db.delete(versionPackages).where(and(eq(versionPackages.versionId, version.id), deleted)),
    ...endGrantStatements(deps, version, enforcement),
  ];
}

// Writes and reads grants: permissions that a plugin has beyond those of every plugin (D48). A grant covers all versions of a plugin and
// ends when the last one is deleted, so that a later plugin with the same name starts without it.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import { type ActorRef, systemActor } from '../../contract/actor.ts';
import type { Permissions } from '../../contract/plugin/permissions.ts';
import type { PluginRowId } from '../../core/ids.ts';
import { insertWhere, previousChanged, type Statement } from '../../db/client.ts';
import { pluginGrants } from '../../db/schema/grants.ts';
import { type plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, type OutboxMessage, outboxMessage } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';

export type Plugin = typeof plugins.$inferSelect;

/** Selects the grant of a version's plugin for a batch, or no row. */
export function selectVersionGrant(db: Deps['db'], versionId: SQL) {
  const pluginId = sql`(select ${pluginVersions.pluginId} from ${pluginVersions} where ${pluginVersions.id} = ${versionId})`;
  return db
    .select({ permissions: pluginGrants.permissions })
    .from(pluginGrants)
    .where(sql`${pluginGrants.pluginId} = ${pluginId}`);
}

/**
 * Builds the statements that write the grant and its event, unless the plugin has no version left. If `replaces` is given (null for no
 * grant), they apply only while that is still the stored grant.
 */
export function grantStatements(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  plugin: Pick<Plugin, 'id' | 'organizationId' | 'ownerId' | 'kind' | 'name'>,
  { permissions, replaces }: { permissions: Permissions; replaces: Permissions | null | undefined },
  actor: ActorRef,
): [Statement, Statement] {
  const { db, clock } = deps;
  const { id: pluginId, organizationId, kind, name } = plugin;
  const now = clock.now();
  const row = { pluginId, organizationId, permissions, grantedBy: actor, createdAt: now, updatedAt: now };
  const exists = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.pluginId} = ${pluginId} and ${pluginVersions.deletedAt} is null)`;
  const current = replaces === null ? null : JSON.stringify(replaces);
  const isUnchanged = replaces === undefined ? sql`` : sql` where plugin_grants.permissions = ${current}`;
  const replace = sql`on conflict (plugin_id) do update set permissions = excluded.permissions, granted_by = excluded.granted_by, updated_at = excluded.updated_at${isUnchanged}`;
  const event = { organizationId, namespaceId: ownerNamespace(plugin.ownerId), actor, subjectId: pluginId };
  return [
    insertWhere(db, pluginGrants, row, exists, replace),
    record(deps, { ...event, type: 'grant.given', data: { plugin: name, kind, permissions } }, previousChanged),
  ];
}

/** Returns the message that stops the plugin's instances that ask for more than its grant. */
export function enforcement(deps: Pick<Deps, 'ids' | 'clock'>, pluginId: PluginRowId): OutboxMessage {
  return outboxMessage(deps, 'deployments', { v: 1, type: 'enforce-grants', id: pluginId });
}

/** Builds the event of a plugin whose grant the previous statement of a batch deleted. */
export function revokedEvent(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  { id, organizationId, ownerId, kind, name }: Pick<Plugin, 'id' | 'organizationId' | 'ownerId' | 'kind' | 'name'>,
  actor: ActorRef,
): Statement {
  const event = { organizationId, namespaceId: ownerNamespace(ownerId), actor, subjectId: id };
  return record(deps, { ...event, type: 'grant.revoked', data: { plugin: name, kind } }, previousChanged);
}

/**
 * Builds the statements for a batch that deletes a plugin's last version. They end the plugin's grant, and enqueue `message` if there
 * was one.
 */
export function endGrantStatements(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  version: Pick<Plugin, 'organizationId' | 'ownerId' | 'kind' | 'name'> & { pluginId: PluginRowId },
  message: OutboxMessage,
): Statement[] {
  const { pluginId, ...plugin } = version;
  const remaining = deps.db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.pluginId, pluginId), isNull(pluginVersions.deletedAt)));
  return [
    deps.db.delete(pluginGrants).where(and(eq(pluginGrants.pluginId, pluginId), sql`not exists ${remaining}`)),
    revokedEvent(deps, { ...plugin, id: pluginId }, systemActor),
    enqueue(deps, message, previousChanged),
  ];
}

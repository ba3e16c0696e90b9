// Takes versions back without deleting them: yanks and deprecates them, and undoes both.
import { and, eq, isNull, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { ownerNamespace, requireOwner, selectOwner } from '../../access/owners.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { Withdrawal } from '../../contract/withdrawals.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, readTogether, type Statement, writeAndRead } from '../../db/client.ts';
import { type OwnerId, plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { activateStatements, isHigherThanActive } from './active-version.ts';
import { highestOffered, type PluginVersion, parseVersionKey, requireVersion, versionSlug } from './versions.ts';
import { selectVisibleVersion } from './visible-versions.ts';

/** Changes of a version: a reason sets the withdrawal or replaces its reason, null undoes it. */
export interface WithdrawalChanges {
  yanked?: string | null | undefined;
  deprecated?: string | null | undefined;
}

const events = {
  yanked: { set: 'version.yanked', undone: 'version.unyanked' },
  deprecated: { set: 'version.deprecated', undone: 'version.undeprecated' },
} as const;

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** Returns one of the owner's versions, for someone who may change it. */
export async function findOwn(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { ownerId, slug, kind }: { ownerId: OwnerId; slug: string; kind?: PluginKind },
): Promise<PluginVersion> {
  const key = parseVersionKey(ownerId, slug, kind);
  requireScope(actor, 'plugins:write', key.name);
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    versions: selectVisibleVersion(db, key),
  });
  requireOwner(found.owners, ownerId);
  const version = requireVersion(found.versions, slug);
  if (version.ownerId !== ownerId)
    throw new Problem('conflict', `Plugin ${slug} belongs to the organization. Change it there.`, {
      details: { resource: 'plugin', id: slug },
    });
  return version;
}

/** Writes the changes as one batch. What is so already stays, and records no event. */
export async function changeWithdrawals(
  deps: WriteDeps,
  actor: Actor,
  version: PluginVersion,
  changes: WithdrawalChanges,
): Promise<PluginVersion> {
  const statements = (['yanked', 'deprecated'] as const).flatMap((field) => {
    const reason = changes[field];
    return reason === undefined ? [] : fieldStatements(deps, actor, version, { field, reason });
  });
  const activation = changes.yanked === undefined ? [] : activationStatements(deps, actor, version, changes.yanked);
  const after = await writeAndRead(deps.db, [...statements, ...activation], {
    versions: deps.db
      .select()
      .from(pluginVersions)
      .where(and(eq(pluginVersions.id, version.id), isNull(pluginVersions.deletedAt))),
  });
  return requireVersion(after.versions, versionSlug(version));
}

function fieldStatements(
  deps: WriteDeps,
  actor: Actor,
  version: PluginVersion,
  { field, reason }: { field: keyof typeof events; reason: string | null },
): Statement[] {
  const { db, clock } = deps;
  const now = clock.now();
  const value: Withdrawal | null = reason === null ? null : { by: actor.ref, at: now, reason };
  const update = db
    .update(pluginVersions)
    .set({ [field]: value, updatedAt: now })
    .where(
      and(
        eq(pluginVersions.id, version.id),
        isNull(pluginVersions.deletedAt),
        sql`${pluginVersions[field]} ->> '$.reason' is not ${reason}`,
      ),
    );
  const plugin_id = versionSlug(version);
  const event = {
    organizationId: version.organizationId,
    namespaceId: ownerNamespace(version.ownerId),
    actor: actor.ref,
    subjectId: version.id,
  };
  const recorded =
    reason === null
      ? record(deps, { ...event, type: events[field].undone, data: { plugin_id } }, previousChanged)
      : record(deps, { ...event, type: events[field].set, data: { plugin_id, reason } }, previousChanged);
  return [update, recorded];
}

/** Activates the highest version that is still offered instead of a yanked one, and a restored version as if it were published again. */
function activationStatements(
  deps: WriteDeps,
  actor: Actor,
  version: PluginVersion,
  yanked: string | null,
): Statement[] {
  const { pluginId, organizationId, id, stage } = version;
  const event = { organizationId, namespaceId: ownerNamespace(version.ownerId), actor: actor.ref };
  if (yanked !== null)
    return activateStatements(deps, {
      pluginId,
      versionId: highestOffered(pluginId),
      condition: eq(plugins.activeVersionId, id),
      event,
    });
  if (stage === 'staged' || stage === 'rejected') return [];
  return activateStatements(deps, { pluginId, versionId: id, condition: isHigherThanActive(version), event });
}

// Changes whether a plugin's new versions wait for approval.
import { and, eq, ne } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { type ApprovalDemand, requireApprovers } from '../../access/approvers.ts';
import { requireMayLower } from '../../access/demands.ts';
import { isVisibleOwner, ownerNamespace } from '../../access/owners.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { type OwnerId, plugins } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';

/** Anyone who administers namespaces can demand approval; only an approver can cease to. */
export async function setPluginApproval(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'features'>,
  actor: Actor,
  { ownerId, name }: { ownerId: OwnerId; name: string },
  { isForced, required }: ApprovalDemand,
): Promise<typeof plugins.$inferSelect> {
  requireScope(actor, 'namespaces:admin');
  if (!required) requireMayLower(actor, ['pluginApproval']);
  const { db, clock } = deps;
  const ofName = and(
    eq(plugins.ownerId, ownerId),
    eq(plugins.kind, 'extractor'),
    eq(plugins.name, name),
    isVisibleOwner(actor, ownerId),
  );
  const [before] = await db.select().from(plugins).where(ofName);
  if (!before) throw notFound('plugin', name);
  const namespaceId = ownerNamespace(ownerId);
  const isNew = required && !before.requiresApproval;
  if (isNew && !isForced) await requireApprovers(deps, before.organizationId, namespaceId);
  const event = { organizationId: actor.organizationId, namespaceId, actor: actor.ref };
  const { changed } = await writeAndRead(
    db,
    [
      db
        .update(plugins)
        .set({ requiresApproval: required, updatedAt: clock.now() })
        .where(and(ofName, ne(plugins.requiresApproval, required))),
      record(
        deps,
        { ...event, type: 'plugin.approval_changed', subjectId: before.id, data: { required } },
        previousChanged,
      ),
    ],
    { changed: db.select().from(plugins).where(ofName) },
  );
  const [after] = changed;
  if (!after) throw notFound('plugin', name);
  return after;
}

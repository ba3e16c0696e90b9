// Requests and cancels an organization's deletion. Nothing changes until it is due: plugins stay live, and keys work. close.ts and
// remove.ts perform the deletion.
import { and, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope, requireUnbound } from '../access/actor.ts';
import type { ActorRef } from '../contract/actor.ts';
import { organizationDeletion } from '../contract/limits/retention.ts';
import { iso } from '../core/clock.ts';
import type { OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { previousChanged, writeAndRead } from '../db/client.ts';
import { organizations } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export interface Deletion {
  organizationId: OrganizationId;
  name: string;
  /** Time when the organization will be closed; null if no deletion is requested. */
  dueAt: number | null;
}

/** Requires an administrator of the whole organization, who must name the organization that their key belongs to. */
export function requireAdministrator(actor: Actor, meant: string = actor.organizationId): void {
  requireScope(actor, 'keys:admin');
  requireUnbound(actor, 'this affects the whole organization');
  if (meant === actor.organizationId) return;
  throw new Problem('conflict', `This key belongs to the organization ${actor.organizationId}, not ${meant}`, {
    hint: 'Check the server and key in use: `slipway doctor` prints both.',
    details: { resource: 'organization', id: meant },
  });
}

/** Requests the deletion. Idempotent: the first request sets the due date. */
export async function requestDeletion(deps: WriteDeps, id: OrganizationId, actor: ActorRef): Promise<Deletion> {
  const { db, clock } = deps;
  const dueAt = clock.now() + organizationDeletion.graceMs;
  const event = { organizationId: id, namespaceId: null, subjectId: id, actor };
  const { found } = await writeAndRead(
    db,
    [
      db
        .update(organizations)
        .set({ deletionDueAt: dueAt })
        .where(and(eq(organizations.id, id), isNull(organizations.deletionDueAt))),
      record(
        deps,
        { ...event, type: 'organization.deletion_requested', data: { due_at: iso(dueAt) } },
        previousChanged,
      ),
    ],
    { found: selectDeletion(deps, id) },
  );
  return requireFound(found, id);
}

/**
 * Cancels the deletion, or does nothing if none was requested. Refuses once the organization is closed; by then its keys no longer
 * work.
 */
export async function cancelDeletion(deps: WriteDeps, id: OrganizationId, actor: ActorRef): Promise<Deletion> {
  const { db } = deps;
  const event = { organizationId: id, namespaceId: null, subjectId: id, actor };
  const isRequested = and(isNotNull(organizations.deletionDueAt), isNull(organizations.closedAt));
  const { found } = await writeAndRead(
    db,
    [
      db
        .update(organizations)
        .set({ deletionDueAt: null })
        .where(and(eq(organizations.id, id), isRequested)),
      record(deps, { ...event, type: 'organization.deletion_cancelled' }, previousChanged),
    ],
    { found: selectDeletion(deps, id) },
  );
  return requireFound(found, id);
}

export async function readDeletion(deps: Pick<Deps, 'db'>, id: OrganizationId): Promise<Deletion> {
  return requireFound(await selectDeletion(deps, id), id);
}

function selectDeletion({ db }: Pick<Deps, 'db'>, id: OrganizationId) {
  return db.select().from(organizations).where(eq(organizations.id, id));
}

function requireFound([row]: (typeof organizations.$inferSelect)[], id: OrganizationId): Deletion {
  if (!row) throw notFound('organization', id);
  const { closedAt, deletionDueAt: dueAt, name } = row;
  if (closedAt === null) return { organizationId: id, name, dueAt };
  throw new Problem('conflict', `The organization ${id} is closed: its data is being deleted`, {
    hint: "Create a new organization. A backup of the installation still has the old organization's data.",
    details: { resource: 'organization', id },
  });
}

/** Selects organizations whose deletion is due: open ones before closed ones, and those that waited longest first. */
export function selectDueOrganizations({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: organizations.id, closedAt: organizations.closedAt })
    .from(organizations)
    .where(and(sql`deletion_due_at is not null`, lte(organizations.deletionDueAt, clock.now())))
    .orderBy(organizations.closedAt, organizations.deletionDueAt)
    .limit(organizationDeletion.organizationsAtOnce * 10);
}

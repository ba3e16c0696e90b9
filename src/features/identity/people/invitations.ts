// Creates, lists and revokes invitations. An invitation is a link for one verified e-mail address; sign-in.ts accepts it.
import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../../../access/actor.ts';
import { newSecret } from '../../../access/key-secret.ts';
import { mayAct, requireMayAct, selectMayAct } from '../../../access/keys.ts';
import { peopleLimits } from '../../../contract/features/identity/limits.ts';
import { sha256Hex } from '../../../core/digest.ts';
import type { InvitationId } from '../../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../../core/page.ts';
import { Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, runInOrder } from '../../../db/client.ts';
import { organizations } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { invitations } from '../tables.ts';
import { type Membership, requireMayGrant, requireMemberAdmin } from './granting.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export type Invitation = typeof invitations.$inferSelect;

export const invitationPrefix = 'si_';

/** SQL: the invitation can still be accepted. */
export function isPending(now: number): SQL | undefined {
  return and(isNull(invitations.acceptedBy), gt(invitations.expiresAt, now));
}

/** Invites the person who signs in with this e-mail address. The secret is returned only here. */
export async function createInvitation(
  deps: WriteDeps,
  actor: Actor,
  { email, role, namespaceIds }: Membership & { email: string },
): Promise<{ invitation: Invitation; secret: string }> {
  await requireMayGrant(deps, actor, { role, namespaceIds });
  const { db, ids, clock } = deps;
  const { organizationId } = actor;
  const now = clock.now();
  const { secret, hash } = await newSecret(invitationPrefix);
  const row = {
    id: ids('invitation'),
    organizationId,
    hash,
    email,
    role,
    namespaceIds,
    createdBy: actor.ref,
    createdAt: now,
    expiresAt: now + peopleLimits.invitationMs,
  };
  const hasRoom = sql`(select count(*) from ${invitations} where ${invitations.organizationId} = ${organizationId}) < ${peopleLimits.invitationsMax}`;
  const event = { organizationId, namespaceId: null, subjectId: row.id, actor: actor.ref };
  const created = await runInOrder(db, [
    { access: selectMayAct(db, actor, now) },
    [
      insertWhere(db, invitations, row, sql`${mayAct(actor, now)} and ${hasRoom}`),
      record(deps, { ...event, type: 'member.invited', data: { email, role } }, previousChanged),
    ],
    { invitations: db.select().from(invitations).where(eq(invitations.id, row.id)) },
    [],
  ]);
  requireMayAct(created.access);
  const [invitation] = created.invitations;
  if (!invitation)
    throw new Problem(
      'conflict',
      `The organization has ${peopleLimits.invitationsMax} invitations. Revoke some first.`,
    );
  return { invitation, secret };
}

/** Lists invitations that wait to be accepted. */
export async function listInvitations(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  { limit, cursor }: PageRequest,
): Promise<Page<Invitation>> {
  requireMemberAdmin(actor);
  const after = cursor === undefined ? undefined : gt(sql`${invitations.id}`, cursor);
  const rows = await db
    .select()
    .from(invitations)
    .where(and(eq(invitations.organizationId, actor.organizationId), isPending(clock.now()), after))
    .orderBy(asc(invitations.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

export async function revokeInvitation(deps: WriteDeps, actor: Actor, id: InvitationId): Promise<void> {
  requireMemberAdmin(actor);
  const { db, clock } = deps;
  const { organizationId } = actor;
  const now = clock.now();
  const isIt = and(eq(invitations.id, id), eq(invitations.organizationId, organizationId), isPending(now));
  const event = { organizationId, namespaceId: null, subjectId: id, actor: actor.ref };
  const outcome = await runInOrder(db, [
    {
      access: selectMayAct(db, actor, now),
      before: db.select({ id: invitations.id }).from(invitations).where(isIt),
    },
    [
      db.delete(invitations).where(and(isIt, mayAct(actor, now))),
      record(deps, { ...event, type: 'invitation.revoked' }, previousChanged),
    ],
    {},
    [],
  ]);
  requireMayAct(outcome.access);
  if (outcome.before.length === 0) throw notFound('invitation', id);
}

/** Returns the invitation of a link. Throws a Problem if it can't be accepted any more. */
export async function pendingInvitation({ db, clock }: Pick<Deps, 'db' | 'clock'>, secret: string) {
  const { id, email, organizationId, role } = invitations;
  const [found] = await db
    .select({ id, email, role, organizationId, organizationName: organizations.name })
    .from(invitations)
    .innerJoin(organizations, eq(organizations.id, organizationId))
    .where(and(eq(invitations.hash, await sha256Hex(secret)), isPending(clock.now())));
  if (found) return found;
  throw new Problem('unauthorized', 'This invitation was already used, was revoked or has expired', {
    hint: 'Ask an owner of the organization for another one.',
  });
}

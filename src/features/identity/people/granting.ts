// Checks who may make whom a member: managing members needs `keys:admin`, and nobody grants more than they have.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireMayGrantRole, requireScope, requireUnbound } from '../../../access/actor.ts';
import { requireNamespaces } from '../../../access/visible-namespaces.ts';
import type { Role } from '../../../contract/identity.ts';
import type { NamespaceId, OrganizationId, PersonId } from '../../../core/ids.ts';
import { invalidField, Problem } from '../../../core/problem.ts';
import type { Deps } from '../../../deps.ts';
import { members } from '../tables.ts';

/** A role, for some of the organization's namespaces. */
export interface Membership {
  role: Role;
  /** Null for all of the organization's namespaces. */
  namespaceIds: NamespaceId[] | null;
}

export function requireMemberAdmin(actor: Actor): void {
  requireScope(actor, 'keys:admin');
  requireUnbound(actor, 'members belong to the whole organization');
}

/** Checks that the actor has all that it grants. */
export async function requireMayGrant(
  deps: Pick<Deps, 'db'>,
  actor: Actor,
  { role, namespaceIds }: Membership,
): Promise<void> {
  requireMemberAdmin(actor);
  requireMayGrantRole(actor, role);
  if (namespaceIds === null) return;
  if (role === 'owner') throw boundOwner();
  await requireNamespaces(deps, actor, namespaceIds);
}

function boundOwner(): Problem {
  const message = 'An owner manages the whole organization. Leave out `namespace_ids`, or choose another role.';
  return invalidField('namespace_ids', message);
}

/** SQL: this row of `members`. */
export function isMemberRow(organizationId: OrganizationId, personId: PersonId): SQL | undefined {
  return and(eq(members.organizationId, organizationId), eq(members.personId, personId));
}

/** SQL: the row of `members` has this role and these namespaces. */
export function hasMembership({ role, namespaceIds }: Membership): SQL {
  const ids = sql.param(namespaceIds, members.namespaceIds);
  return sql`(${members.role} = ${role} and ${members.namespaceIds} is ${ids})`;
}

/** SQL: the person is a member with this role and these namespaces. */
export function isMember(organizationId: OrganizationId, personId: PersonId, membership: Membership): SQL {
  const isSuch = and(isMemberRow(organizationId, personId), hasMembership(membership));
  return sql`exists (select 1 from ${members} where ${isSuch})`;
}

/** SQL: the row of `members` isn't the organization's last owner. */
export function isNotLastOwner(organizationId: OrganizationId): SQL {
  return sql`(${members.role} <> 'owner' or (select count(*) from ${members} owners
    where owners.organization_id = ${organizationId} and owners.role = 'owner') > 1)`;
}

export function lastOwner(personId: PersonId): Problem {
  return new Problem('conflict', 'This is the last owner of the organization. Make another member an owner first.', {
    details: { resource: 'member', id: personId },
  });
}

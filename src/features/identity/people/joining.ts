// Finds or creates the person whom an issuer names, and their memberships: by an invitation, by groups, or from before.
import { and, eq, sql } from 'drizzle-orm';
import { isOpen } from '../../../access/organizations.ts';
import type { ActorRef } from '../../../contract/actor.ts';
import { type Role, roles } from '../../../contract/identity.ts';
import type { InvitationId, OrganizationId } from '../../../core/ids.ts';
import { insertWhere, previousChanged, runInOrder, type Statement } from '../../../db/client.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import type { Issuer } from '../issuers/discovery.ts';
import { invitations, issuers, members, people } from '../tables.ts';
import { isMemberRow, type Membership } from './granting.ts';
import { isPending } from './invitations.ts';
import { removalStatements, roleStatements } from './members.ts';
import { type Identity, SignInFailed } from './open-id.ts';
import { type Person, selectMemberships } from './sessions.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export interface Identified {
  issuer: Issuer;
  identity: Identity;
  /** The organization to open. Null for any of the person's. */
  organizationId: OrganizationId | null;
  invitationId: InvitationId | null;
}

/** A person, and the membership that a session opens. */
export interface Joined {
  person: Person;
  organizationId: OrganizationId;
  membership: Membership;
}

export async function joinAsIdentified(deps: WriteDeps, identified: Identified): Promise<Joined> {
  const { organizationId, invitationId, issuer, identity } = identified;
  const person = await storePerson(deps, issuer, identity);
  const by: ActorRef = { type: 'person', id: person.id, name: person.name };
  const after = await runInOrder(deps.db, [
    {},
    [
      ...(invitationId === null ? [] : acceptance(deps, person, invitationId, by)),
      ...mappedByGroups(deps, identified, person, by),
      forgetStranger(deps, person),
    ],
    {
      memberships: selectMemberships(deps.db, person.id),
      accepted: deps.db
        .select({ id: invitations.id })
        .from(invitations)
        .where(and(sql`${invitations.id} = ${invitationId}`, eq(invitations.acceptedBy, person.id))),
    },
    [],
  ]);
  if (invitationId !== null && after.accepted.length === 0)
    throw new SignInFailed(
      'The invitation is for another e-mail address, was already used, or is no longer valid. Nothing was changed.',
    );
  const membership = after.memberships.find((one) => organizationId === null || one.organizationId === organizationId);
  if (membership) return { person, organizationId: membership.organizationId, membership };
  throw new SignInFailed(
    organizationId === null
      ? 'You are not a member of an organization here. Ask an owner of one for an invitation.'
      : 'You are not a member of this organization. Ask one of its owners for an invitation.',
  );
}

/** A person is known by the issuer's row and its subject. An e-mail address alone means nobody, since its owner may change. */
async function storePerson(deps: WriteDeps, issuer: Issuer, { subject, email, name }: Identity): Promise<Person> {
  const now = deps.clock.now();
  const [person] = await deps.db
    .insert(people)
    .values({ id: deps.ids('person'), issuerId: issuer.id, subject, email, name, createdAt: now, signedInAt: now })
    .onConflictDoUpdate({ target: [people.issuerId, people.subject], set: { email, name, signedInAt: now } })
    .returning();
  if (!person) throw new Error('the person was not stored');
  return person;
}

/** Forgets a person who signed in for the first time and joined nothing, since anyone may have an account at the operator's issuer. */
function forgetStranger({ db }: WriteDeps, { id }: Person): Statement {
  const isNew = eq(people.createdAt, people.signedInAt);
  const isMember = sql`exists (select 1 from ${members} where ${members.personId} = ${id})`;
  return db.delete(people).where(and(eq(people.id, id), isNew, sql`not ${isMember}`));
}

/**
 * Accepts the invitation if it is for the person's e-mail address and its maker may still invite. An existing member
 * keeps their role, unless the invitation makes them an owner.
 */
function acceptance(deps: WriteDeps, person: Person, id: InvitationId, by: ActorRef): Statement[] {
  const { db, clock } = deps;
  const creator = sql`json_extract(${invitations.createdBy}, '$.id')`;
  const isStillAllowed = sql`(json_extract(${invitations.createdBy}, '$.type') <> 'person' or exists (select 1 from ${members}
    where ${members.organizationId} = ${invitations.organizationId} and ${members.personId} = ${creator} and ${members.role} = 'owner'))`;
  const isServed = sql`exists (select 1 from ${issuers} where ${issuers.id} = ${person.issuerId}
    and (${issuers.organizationId} is null or ${issuers.organizationId} = ${invitations.organizationId}))`;
  // SQLite ignores the case of ASCII letters only. JavaScript would also lower look-alikes, such as the Kelvin sign.
  const isForPerson = sql`lower(${invitations.email}) = lower(${person.email})`;
  const isIt = and(
    eq(invitations.id, id),
    isPending(clock.now()),
    isOpen(sql`${invitations.organizationId}`),
    ...[isForPerson, isStillAllowed, isServed],
  );
  const of = (column: 'organization_id' | 'role' | 'namespace_ids') =>
    sql`(select ${sql.identifier(column)} from ${invitations} where ${invitations.id} = ${id})`;
  const row = { personId: person.id, organizationId: of('organization_id'), role: of('role') };
  const replace = sql`on conflict do update set role = 'owner', namespace_ids = null where excluded.role = 'owner'`;
  const event = { organizationId: of('organization_id'), namespaceId: null, subjectId: person.id, actor: by };
  const data = sql`json_object('name', ${person.name}, 'role', ${of('role')})`;
  return [
    db.update(invitations).set({ acceptedBy: person.id }).where(isIt),
    record(deps, { ...event, type: 'member.joined', data }, previousChanged),
    insertWhere(
      db,
      members,
      { ...row, namespaceIds: of('namespace_ids'), createdAt: clock.now() },
      previousChanged,
      replace,
    ),
  ];
}

/**
 * Gives the person the highest role of their groups, or ends a membership that none of them supports. Only an organization's own issuer
 * does this, since the operator's groups say nothing about one organization.
 */
function mappedByGroups(deps: WriteDeps, { issuer, identity }: Identified, person: Person, by: ActorRef): Statement[] {
  const { organizationId, groupRoles, groupsClaim } = issuer;
  if (organizationId === null || groupsClaim === null || groupRoles === null) return [];
  const role = highestRole(
    identity.groups.flatMap((group) => (Object.hasOwn(groupRoles, group) ? (groupRoles[group] ?? []) : [])),
  );
  const change = { organizationId, personId: person.id, by };
  const always = sql`true`;
  if (role === undefined) {
    const { removed, ended } = removalStatements(deps, change, always);
    return [...removed, ended];
  }
  const membership = { role, namespaceIds: null };
  const isNew = sql`not exists (select 1 from ${members} where ${isMemberRow(organizationId, person.id)})`;
  const row = { organizationId, personId: person.id, ...membership, createdAt: deps.clock.now() };
  const event = { organizationId, namespaceId: null, subjectId: person.id, actor: by };
  const { changed, cut } = roleStatements(deps, change, membership, always);
  return [
    insertWhere(deps.db, members, row, isNew),
    record(deps, { ...event, type: 'member.joined', data: { name: person.name, role } }, previousChanged),
    ...changed,
    cut,
  ];
}

function highestRole(given: readonly Role[]): Role | undefined {
  return roles.find((role) => given.includes(role));
}

// Lists, changes and removes members. A lower role, or the end of a membership, reaches the person's sessions and personal keys in the
// same batch.
import { and, asc, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../../../access/actor.ts';
import { mayAct, requireMayAct, selectMayAct } from '../../../access/keys.ts';
import type { ActorRef } from '../../../contract/actor.ts';
import { roleScopes } from '../../../contract/identity.ts';
import type { ApiKeyId, OrganizationId, PersonId } from '../../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../../core/page.ts';
import { previousChanged, runInOrder, type Statement } from '../../../db/client.ts';
import { apiKeys } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { members, people } from '../tables.ts';
import {
  hasMembership,
  isMember,
  isMemberRow,
  isNotLastOwner,
  lastOwner,
  type Membership,
  requireMayGrant,
  requireMemberAdmin,
} from './granting.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export type Member = Pick<typeof people.$inferSelect, 'email' | 'name' | 'signedInAt'> & typeof members.$inferSelect;

const memberColumns = {
  organizationId: members.organizationId,
  personId: members.personId,
  role: members.role,
  namespaceIds: members.namespaceIds,
  createdAt: members.createdAt,
  email: people.email,
  name: people.name,
  signedInAt: people.signedInAt,
};

export async function listMembers(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor }: PageRequest,
): Promise<Page<Member>> {
  requireMemberAdmin(actor);
  const after = cursor === undefined ? undefined : gt(sql`${members.personId}`, cursor);
  const rows = await db
    .select(memberColumns)
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(and(eq(members.organizationId, actor.organizationId), after))
    .orderBy(asc(members.personId))
    .limit(limit + 1);
  return toPage(rows, limit, ({ personId }) => personId);
}

function selectMember(db: Deps['db'], organizationId: OrganizationId, personId: PersonId) {
  return db
    .select(memberColumns)
    .from(members)
    .innerJoin(people, eq(people.id, members.personId))
    .where(isMemberRow(organizationId, personId));
}

/** A membership that changes, and the actor who changes it. */
export interface MemberChange {
  organizationId: OrganizationId;
  personId: PersonId;
  by: ActorRef;
}

/** A change to a member, with the keys and sessions whose access it changed. */
export interface ChangedMember {
  member: Member;
  keyIds: ApiKeyId[];
}

/** Gives a member another role. A session always has the access of its person's role; a personal key keeps what the role still has. */
export async function changeMember(
  deps: WriteDeps,
  actor: Actor,
  personId: PersonId,
  membership: Membership,
): Promise<ChangedMember> {
  await requireMayGrant(deps, actor, membership);
  const { db, clock } = deps;
  const change = { organizationId: actor.organizationId, personId, by: actor.ref };
  const now = clock.now();
  const { changed, cut } = roleStatements(deps, change, membership, mayAct(actor, now));
  const after = await runInOrder(db, [
    { access: selectMayAct(db, actor, now) },
    changed,
    { keys: cut, members: selectMember(db, actor.organizationId, personId) },
    [],
  ]);
  requireMayAct(after.access);
  const [member] = after.members;
  if (!member) throw notFound('member', personId);
  if (member.role !== membership.role) throw lastOwner(personId);
  return { member, keyIds: after.keys.map(({ id }) => id) };
}

/** Returns the statements that give a member another role if `condition` holds, and that limit their keys and sessions to it. */
export function roleStatements(
  deps: WriteDeps,
  { organizationId, personId, by }: MemberChange,
  membership: Membership,
  condition: SQL,
): { changed: Statement[]; cut: ReturnType<typeof cutKeys> } {
  const { role, namespaceIds } = membership;
  const guard = and(
    isMemberRow(organizationId, personId),
    sql`not ${hasMembership(membership)}`,
    role === 'owner' ? undefined : isNotLastOwner(organizationId),
    condition,
  );
  const event = { organizationId, namespaceId: null, subjectId: personId, actor: by };
  const data = sql`(select json_object('name', ${people.name}, 'role', ${role}) from ${people} where ${people.id} = ${personId})`;
  return {
    changed: [
      deps.db.update(members).set({ role, namespaceIds }).where(guard),
      record(deps, { ...event, type: 'member.role_changed', data }, previousChanged),
    ],
    cut: cutKeys(deps.db, { organizationId, personId }, membership),
  };
}

/** SQL: the person's sessions and personal keys in the organization. */
function areKeysOf({ organizationId, personId }: Omit<MemberChange, 'by'>): SQL | undefined {
  return and(
    eq(apiKeys.personId, personId),
    eq(apiKeys.organizationId, organizationId),
    inArray(apiKeys.kind, ['session', 'personal']),
    isNull(apiKeys.revokedAt),
  );
}

function cutKeys(db: Deps['db'], of: Omit<MemberChange, 'by'>, membership: Membership) {
  const allScopes = JSON.stringify(roleScopes[membership.role]);
  const allNamespaces = membership.namespaceIds === null ? null : JSON.stringify(membership.namespaceIds);
  const isSession = sql`${apiKeys.kind} = 'session'`;
  const shared = (column: SQL, all: string) =>
    sql`(select json_group_array(had.value) from json_each(${column}) had where had.value in (select value from json_each(${all})))`;
  const scopes = sql`case when ${isSession} then ${allScopes} else ${shared(sql`${apiKeys.scopes}`, allScopes)} end`;
  const namespaceIds =
    allNamespaces === null
      ? sql`case when ${isSession} then null else ${apiKeys.namespaceIds} end`
      : sql`case when ${isSession} or ${apiKeys.namespaceIds} is null then ${allNamespaces} else ${shared(sql`${apiKeys.namespaceIds}`, allNamespaces)} end`;
  return db
    .update(apiKeys)
    .set({ scopes, namespaceIds })
    .where(and(areKeysOf(of), isMember(of.organizationId, of.personId, membership)))
    .returning({ id: apiKeys.id });
}

/** Ends a membership, with the person's sessions and personal keys in the organization. Members may end their own. */
export async function removeMember(deps: WriteDeps, actor: Actor, personId: PersonId): Promise<ChangedMember> {
  if (actor.personId !== personId) requireMemberAdmin(actor);
  const { db, clock } = deps;
  const { organizationId } = actor;
  const now = clock.now();
  const { removed, ended } = removalStatements(deps, { organizationId, personId, by: actor.ref }, mayAct(actor, now));
  const outcome = await runInOrder(db, [
    { access: selectMayAct(db, actor, now), before: selectMember(db, organizationId, personId) },
    removed,
    { keys: ended, after: selectMember(db, organizationId, personId) },
    [],
  ]);
  requireMayAct(outcome.access);
  const [member] = outcome.before;
  if (!member) throw notFound('member', personId);
  if (outcome.after.length > 0) throw lastOwner(personId);
  return { member, keyIds: outcome.keys.map(({ id }) => id) };
}

/** Returns the statements that end a membership if `condition` holds, with the person's keys and sessions. */
export function removalStatements(deps: WriteDeps, change: MemberChange, condition: SQL) {
  const { organizationId, personId, by } = change;
  const { db, clock } = deps;
  const isRow = isMemberRow(organizationId, personId);
  const event = { organizationId, namespaceId: null, subjectId: personId, actor: by };
  const data = sql`(select json_object('name', ${people.name}) from ${people} where ${people.id} = ${personId})`;
  return {
    removed: [
      db.delete(members).where(and(isRow, isNotLastOwner(organizationId), condition)),
      record(deps, { ...event, type: 'member.removed', data }, previousChanged),
    ],
    ended: db
      .update(apiKeys)
      .set({ revokedAt: clock.now(), previousHash: null, previousUntil: null })
      .where(and(areKeysOf(change), sql`not exists (select 1 from ${members} where ${isRow})`))
      .returning({ id: apiKeys.id }),
  };
}

// Opens, lists and ends the sessions of people who signed in. A session has a row of keys, as every credential has, whose secret nobody
// knows: the browser's cookie refers to it.
import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../../../access/actor.ts';
import { type SessionSecret, sessionEnd, sessionPrefix } from '../../../access/browser-sessions.ts';
import { newSecret } from '../../../access/key-secret.ts';
import { mayAct, newKey } from '../../../access/keys.ts';
import { isOpen } from '../../../access/organizations.ts';
import { roleScopes } from '../../../contract/identity.ts';
import { sessionLimits } from '../../../contract/limits/keys-and-sessions.ts';
import type { ApiKeyId, BrowserSessionId, OrganizationId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, runInOrder } from '../../../db/client.ts';
import { apiKeys, browserSessions, organizations } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { issuers, members, people } from '../tables.ts';
import { isMember, type Membership } from './granting.ts';
import { requirePerson } from './personal-keys.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export type Person = typeof people.$inferSelect;

/** SQL: this row of `members` is of an organization that the person's issuer opens: an organization's own issuer opens no other. */
const isOpened: SQL = sql`exists (select 1 from ${people} join ${issuers} on ${issuers.id} = ${people.issuerId}
  join ${organizations} on ${organizations.id} = ${members.organizationId}
  where ${people.id} = ${members.personId} and ${organizations.closedAt} is null
    and (${issuers.organizationId} is null or ${issuers.organizationId} = ${members.organizationId}))`;

/** Selects the memberships that the person can open a session for, the oldest first. */
export function selectMemberships(db: Deps['db'], personId: SQL | Person['id']) {
  return db
    .select({
      organizationId: members.organizationId,
      organizationName: organizations.name,
      role: members.role,
      namespaceIds: members.namespaceIds,
    })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(and(sql`${members.personId} = ${personId}`, isOpened))
    .orderBy(asc(members.createdAt), asc(members.organizationId))
    .limit(100);
}

export interface NewSession {
  person: Pick<Person, 'id' | 'name'>;
  organizationId: OrganizationId;
  membership: Membership;
  /** Hash of the cookie's session before, which ends. */
  replaces: string | null;
  /** The name of the issuer that vouched for the person. */
  issuer: string;
  /** When the session ends however often it is used. */
  expiresAt: number;
}

/** Opens a session with the access of the membership if `condition` holds. Returns undefined if that has just changed. */
export async function openPersonSession(
  deps: WriteDeps,
  session: NewSession,
  condition = sql`true`,
): Promise<SessionSecret | undefined> {
  const { db, ids, clock } = deps;
  const { expiresAt, person, organizationId, membership, replaces } = session;
  const now = clock.now();
  const { namespaceIds, role } = membership;
  const { row } = await newKey(deps, {
    organizationId,
    name: 'browser session',
    scopes: [...roleScopes[role]],
    namespaceIds,
    expiresAt,
  });
  const principal = { name: person.name, via: 'console' as const };
  const key = { ...row, kind: 'session' as const, personId: person.id, principal };
  const { secret, hash } = await newSecret(sessionPrefix);
  const opened = {
    id: ids('browserSession'),
    keyId: row.id,
    keyHash: row.hash,
    state: 'open' as const,
    hash,
    createdAt: now,
    expiresAt: Math.min(now + sessionLimits.unusedMs, expiresAt),
  };
  const actor = { type: 'person' as const, id: person.id, ...principal };
  const event = { organizationId, namespaceId: null, subjectId: person.id, actor };
  const data = { issuer: session.issuer };
  const mayOpen = and(isMember(organizationId, person.id, membership), isOpen(organizationId), condition);
  const after = await runInOrder(db, [
    {},
    [
      insertWhere(db, apiKeys, key, sql`${mayOpen}`),
      insertWhere(db, browserSessions, opened, previousChanged),
      record(deps, { ...event, type: 'member.signed_in', data }, previousChanged),
      ...(replaces === null ? [] : sessionEnd(deps, replaces)),
    ],
    { opened: db.select({ id: browserSessions.id }).from(browserSessions).where(eq(browserSessions.id, opened.id)) },
    [],
  ]);
  return after.opened.length === 1 ? { secret, expiresAt } : undefined;
}

/** SQL: open sessions of the person in the actor's organization. */
function areOwn(actor: Actor, now: number): SQL | undefined {
  const { personId, organizationId } = requirePerson(actor);
  return and(
    eq(apiKeys.personId, personId),
    eq(apiKeys.organizationId, organizationId),
    eq(apiKeys.kind, 'session'),
    eq(browserSessions.state, 'open'),
    isNull(apiKeys.revokedAt),
    gt(browserSessions.expiresAt, now),
  );
}

function selectSessions(db: Deps['db']) {
  const { id, createdAt, expiresAt, keyId } = browserSessions;
  return db
    .select({ id, keyId, createdAt, expiresAt, lastUsedAt: apiKeys.lastUsedAt })
    .from(browserSessions)
    .innerJoin(apiKeys, eq(apiKeys.id, keyId));
}

/** Lists the person's own sessions in the organization, the oldest first. */
export function listSessions({ db, clock }: Pick<Deps, 'db' | 'clock'>, actor: Actor) {
  return selectSessions(db).where(areOwn(actor, clock.now())).orderBy(asc(browserSessions.id)).limit(100);
}

/** Ends one of the person's sessions, and returns its key. */
export async function endOwnSession(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  id: BrowserSessionId,
): Promise<ApiKeyId> {
  const now = clock.now();
  const [session] = await selectSessions(db).where(and(areOwn(actor, now), eq(browserSessions.id, id)));
  if (!session) throw notFound('session', id);
  await db.batch([
    db.update(apiKeys).set({ revokedAt: now }).where(eq(apiKeys.id, session.keyId)),
    db.delete(browserSessions).where(eq(browserSessions.id, id)),
  ]);
  return session.keyId;
}

/** Opens a session for another of the person's organizations, in place of the request's, which it doesn't outlast. */
export async function switchOrganization(
  deps: WriteDeps,
  actor: Actor,
  organizationId: OrganizationId,
  replaces: string,
): Promise<SessionSecret> {
  const { keyId, personId } = requirePerson(actor);
  const { db, clock } = deps;
  const found = await readTogether(db, {
    memberships: selectMemberships(db, personId),
    sessions: db
      .select({ name: people.name, issuer: sql<string>`${issuers.name}`.as('issuer'), expiresAt: apiKeys.expiresAt })
      .from(people)
      .innerJoin(issuers, eq(issuers.id, people.issuerId))
      .innerJoin(apiKeys, and(sql`${apiKeys.id} = ${keyId}`, eq(apiKeys.kind, 'session')))
      .where(eq(people.id, personId)),
  });
  const [session] = found.sessions;
  if (!session)
    throw new Problem(
      'forbidden',
      'Only a person who signed in can switch. A personal key belongs to one organization.',
    );
  const membership = found.memberships.find((one) => one.organizationId === organizationId);
  if (!membership) throw notFound('organization', organizationId);
  const next = {
    person: { id: personId, name: session.name },
    issuer: session.issuer,
    organizationId,
    membership,
    replaces,
    expiresAt: session.expiresAt ?? clock.now(),
  };
  const opened = await openPersonSession(deps, next, mayAct(actor, clock.now()));
  if (!opened) throw notFound('organization', organizationId);
  return opened;
}

/** Returns the person's e-mail address, and the organizations that they can switch to. */
export async function describePerson({ db }: Pick<Deps, 'db'>, actor: Actor) {
  const { personId } = requirePerson(actor);
  const found = await readTogether(db, {
    people: db.select({ email: people.email }).from(people).where(eq(people.id, personId)),
    memberships: selectMemberships(db, personId),
  });
  const [person] = found.people;
  if (!person) throw notFound('person', personId);
  return { email: person.email, memberships: found.memberships };
}

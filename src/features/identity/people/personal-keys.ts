// Creates, lists and revokes a person's own keys. A personal key never has more access than its person's role.
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../../../access/actor.ts';
import { grantedNamespaces } from '../../../access/key-path.ts';
import {
  type ApiKey,
  type KeyFields,
  type KeyWithSecret,
  mayAct,
  newKey,
  recordKeyCreated,
  requireCovers,
  requireKey,
  requireMayAct,
  selectMayAct,
} from '../../../access/keys.ts';
import { requireNamespaces } from '../../../access/visible-namespaces.ts';
import { peopleLimits } from '../../../contract/features/identity/limits.ts';
import type { Scope } from '../../../contract/scopes.ts';
import type { ApiKeyId, PersonId } from '../../../core/ids.ts';
import { invalidField, Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, runInOrder } from '../../../db/client.ts';
import { apiKeys } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { hasRoom, requireRoom, selectExceeded } from '../../../limits/limit.ts';
import { oneMore } from '../../../limits/quotas.ts';
import { members } from '../tables.ts';
import { isMemberRow } from './granting.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export interface PersonActor extends Actor {
  personId: PersonId;
}

/** Returns the actor as a person. */
export function requirePerson(actor: Actor): PersonActor {
  const { personId } = actor;
  if (personId !== null) return { ...actor, personId };
  throw new Problem('forbidden', 'This is a key of the organization, not of a person', {
    hint: 'Sign in to the console as a person, or use a personal key.',
  });
}

/** SQL: the person's own keys in the actor's organization. */
function areOwn({ personId, organizationId }: PersonActor) {
  return and(eq(apiKeys.personId, personId), eq(apiKeys.organizationId, organizationId), eq(apiKeys.kind, 'personal'));
}

export interface NewPersonalKey extends Omit<KeyFields, 'expiresAt' | 'scopes'> {
  /** All of the request's scopes if undefined. */
  scopes?: Scope[] | undefined;
  expiresAt?: number | undefined;
}

export async function createPersonalKey(
  deps: WriteDeps,
  actor: Actor,
  { name, scopes, namespaceIds, path, expiresAt }: NewPersonalKey,
): Promise<KeyWithSecret> {
  const person = requirePerson(actor);
  const { db, clock } = deps;
  const now = clock.now();
  const fields = {
    name,
    scopes: scopes ?? [...actor.scopes],
    namespaceIds: grantedNamespaces(actor, { namespaceIds, path }),
    path,
    expiresAt: expiresAt ?? Math.min(now + peopleLimits.personalKeyMs, actor.expiresAt ?? Infinity),
  };
  requireUsualEnd(fields.expiresAt, now);
  requireCovers(actor, fields);
  if (namespaceIds ?? path) await requireNamespaces(deps, actor, fields.namespaceIds ?? []);
  const { secret, row } = await newKey(deps, { ...fields, organizationId: actor.organizationId });
  const principal = { name: actor.ref.name ?? person.personId, via: 'cli' as const };
  const key = { ...row, kind: 'personal' as const, personId: person.personId, principal };
  const limits = [oneMore(actor.organizationId, 'keys', now)];
  const isMember = sql`exists (select 1 from ${members} where ${isMemberRow(actor.organizationId, person.personId)})`;
  const created = await runInOrder(db, [
    { exceeded: selectExceeded(db, limits), access: selectMayAct(db, actor, now) },
    [
      insertWhere(db, apiKeys, key, sql`${mayAct(actor, now)} and ${isMember} and ${hasRoom(limits)}`),
      recordKeyCreated(deps, actor.ref, row, previousChanged),
    ],
    { keys: db.select().from(apiKeys).where(eq(apiKeys.id, row.id)) },
    [],
  ]);
  requireMayAct(created.access);
  requireRoom(limits, created.exceeded);
  return { key: requireKey(created.keys, row.id), secret };
}

function requireUsualEnd(expiresAt: number, now: number): void {
  const message =
    expiresAt <= now
      ? '`expires_at` is in the past. Use a time in the future.'
      : 'A personal key lasts a year at most. Use an earlier `expires_at`.';
  if (expiresAt > now && expiresAt <= now + peopleLimits.personalKeyMaxMs) return;
  throw invalidField('expires_at', message);
}

/** Lists the person's keys that aren't revoked. The key quota limits their number. */
export async function listPersonalKeys({ db }: Pick<Deps, 'db'>, actor: Actor): Promise<ApiKey[]> {
  const own = areOwn(requirePerson(actor));
  return db
    .select()
    .from(apiKeys)
    .where(and(own, isNull(apiKeys.revokedAt)))
    .orderBy(asc(apiKeys.id))
    .limit(1000);
}

export async function revokePersonalKey(deps: WriteDeps, actor: Actor, id: ApiKeyId): Promise<ApiKey> {
  const isOwn = and(areOwn(requirePerson(actor)), eq(apiKeys.id, id));
  const { db, clock } = deps;
  const now = clock.now();
  const event = { organizationId: actor.organizationId, namespaceId: null, subjectId: id, actor: actor.ref };
  const data = sql`(select json_object('name', ${apiKeys.name}, 'prefix', ${apiKeys.prefix}) from ${apiKeys} where ${apiKeys.id} = ${id})`;
  const after = await runInOrder(db, [
    { access: selectMayAct(db, actor, now) },
    [
      db
        .update(apiKeys)
        .set({ revokedAt: now, previousHash: null, previousUntil: null })
        .where(and(isOwn, isNull(apiKeys.revokedAt), mayAct(actor, now))),
      record(deps, { ...event, type: 'key.revoked', data }, previousChanged),
    ],
    { keys: db.select().from(apiKeys).where(isOwn) },
    [],
  ]);
  requireMayAct(after.access);
  const [key] = after.keys;
  if (!key) throw notFound('key', id);
  return key;
}

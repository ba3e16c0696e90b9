// Lists and creates API keys. A key can grant another key only its own access, and sees only keys limited to its own namespaces.
// key-rotation.ts rotates and revokes keys; key-cache.ts looks up the key of a request.
import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../contract/actor.ts';
import { authorIds } from '../contract/events/authors.ts';
import type { KeyKind, Role } from '../contract/identity.ts';
import type { Scope } from '../contract/scopes.ts';
import type { KeyState } from '../contract/states.ts';
import { iso, isoOrNull } from '../core/clock.ts';
import type { ApiKeyId, NamespaceId, OrganizationId } from '../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../core/page.ts';
import { invalidField, Problem } from '../core/problem.ts';
import { insertWhere, previousChanged, runInOrder, type Statement } from '../db/client.ts';
import { containsOnly } from '../db/columns.ts';
import { apiKeys, organizations } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { hasRoom, requireRoom, selectExceeded } from '../limits/limit.ts';
import { oneMore } from '../limits/quotas.ts';
import { peopleOf } from '../points.ts';
import { type Actor, canSeeNamespace, notFound, type Rights, requireScope } from './actor.ts';
import { grantedNamespaces } from './key-path.ts';
import { newKeySecret } from './key-secret.ts';
import { requireNamespaces } from './visible-namespaces.ts';

export type ApiKey = typeof apiKeys.$inferSelect;

export interface KeyFields {
  name: string;
  scopes: Scope[];
  /** Null for every namespace in the organization. */
  namespaceIds: NamespaceId[] | null;
  /** The one path that the key works for, with what is below it. Null or undefined for all paths. */
  path?: string | null | undefined;
  expiresAt: number | null;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** A new or rotated key with its secret, which is shown only once. */
export interface KeyWithSecret {
  key: ApiKey;
  secret: string;
}

/** SQL: the key is neither revoked nor expired. */
export function isActive(now: number): SQL | undefined {
  return and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)));
}

function isInState(state: KeyState, now: number): SQL | undefined {
  if (state === 'active') return isActive(now);
  return state === 'revoked'
    ? isNotNull(apiKeys.revokedAt)
    : and(isNull(apiKeys.revokedAt), lte(apiKeys.expiresAt, now));
}

export function keyState({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: number): KeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active';
}

/**
 * SQL: the sent secret is still valid. Every change to keys checks this, because an isolate's cache may still have a revoked key, which
 * must not create a successor. A previous secret is valid only if the actor's access ends with the overlap, so that it can't create a
 * key that lasts longer.
 */
export function mayAct(actor: Rights, now: number): SQL<boolean> {
  const { secretHash, expiresAt } = actor;
  const { hash, previousHash, previousUntil } = apiKeys;
  const inOverlap = sql`${previousHash} = ${secretHash} and ${previousUntil} > ${now} and ${previousUntil} >= ${expiresAt}`;
  const isSame = sql`(${hash} = ${secretHash} or (${inOverlap}))`;
  const isValid = sql`exists (select 1 from ${apiKeys} where ${and(isActive(now), isSame, hasAccessOf(actor))})`;
  return sql<boolean>`${secretHash === null ? sql`true` : isValid}`.mapWith(Boolean);
}

/** SQL: a person's key still has the actor's access. A lower role takes some of it, while an isolate's cache may still have all. */
function hasAccessOf({ personId, scopes, namespaceIds }: Rights): SQL | undefined {
  if (personId === null) return undefined;
  const lost = (given: Iterable<string>, column: SQL) =>
    sql`exists (select 1 from json_each(${JSON.stringify([...given])}) given where given.value not in (select value from json_each(${column})))`;
  const lostNamespaces = namespaceIds === null ? sql`true` : lost(namespaceIds, sql`${apiKeys.namespaceIds}`);
  return sql`not ${lost(scopes, sql`${apiKeys.scopes}`)} and (${apiKeys.namespaceIds} is null or not ${lostNamespaces})`;
}

/** Selects, for a batch, whether the actor's secret is still valid. */
export function selectMayAct(db: Deps['db'], actor: Rights, now: number) {
  return db.select({ mayAct: mayAct(actor, now) }).from(sql`(select 1)`);
}

export function requireMayAct([row]: { mayAct: boolean }[]): void {
  if (!row?.mayAct) throw new Problem('unauthorized', 'The API key is not valid');
}

/** Kinds of keys that someone keeps. The others are of a browser or a job, which each last hours. */
const listedKinds: KeyKind[] = ['service', 'personal'];

/** SQL: the actor can see the key. */
export function visibleTo({ organizationId, namespaceIds }: Actor): SQL | undefined {
  return and(
    eq(apiKeys.organizationId, organizationId),
    inArray(apiKeys.kind, listedKinds),
    namespaceIds === null ? undefined : containsOnly(apiKeys.namespaceIds, namespaceIds),
  );
}

export async function listKeys(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  state: KeyState | undefined,
  { limit, cursor }: PageRequest,
): Promise<Page<ApiKey>> {
  requireScope(actor, 'keys:admin');
  const rows = await db
    .select()
    .from(apiKeys)
    .where(
      and(
        visibleTo(actor),
        state === undefined ? undefined : isInState(state, clock.now()),
        cursor === undefined ? undefined : gt(sql`${apiKeys.id}`, cursor),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

/** Selects a key for a batch. Returns no row if the actor can't see it. */
export function selectKey(db: Deps['db'], actor: Actor, id: ApiKeyId) {
  return db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), visibleTo(actor)));
}

export async function keyById({ db }: Pick<Deps, 'db'>, actor: Actor, id: ApiKeyId): Promise<ApiKey> {
  requireScope(actor, 'keys:admin');
  return requireKey(await selectKey(db, actor, id), id);
}

export interface OwnKey {
  key: ApiKey;
  organizationName: string;
  /** The role of the person that the key acts for. */
  role: Role | null;
}

/** Returns the request's key. An actor without a key has none. */
export async function currentKey(
  { db, features }: Pick<Deps, 'db' | 'features'>,
  { keyId, organizationId }: Actor,
): Promise<OwnKey> {
  const role = peopleOf({ features })?.roleOf(apiKeys.organizationId, apiKeys.personId) ?? sql<null>`null`;
  const own = and(sql`${apiKeys.id} = ${keyId}`, eq(apiKeys.organizationId, organizationId));
  const [row] = await db
    .select({ key: apiKeys, organizationName: organizations.name, role })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .where(own);
  if (!row) throw notFound('key', 'self');
  return row;
}

export function requireKey([row]: ApiKey[], id: ApiKeyId): ApiKey {
  if (!row) throw notFound('key', id);
  return row;
}

export interface NewKey extends KeyFields {
  organizationId: OrganizationId;
}

/** Generates a secret and returns it with the row that stores its hash. */
export async function newKey({ ids, clock }: Pick<Deps, 'ids' | 'clock'>, key: NewKey) {
  const { secret, hash, prefix } = await newKeySecret();
  return { secret, row: { ...key, id: ids('apiKey'), hash, prefix, createdAt: clock.now() } };
}

type NewKeyRow = Awaited<ReturnType<typeof newKey>>['row'];

export function recordKeyCreated(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  actor: ActorRef,
  { id, organizationId, name, prefix, scopes, namespaceIds, path, expiresAt }: NewKeyRow,
  condition: SQL,
): Statement {
  const limits = { namespace_ids: namespaceIds, ...(path == null ? {} : { path }), expires_at: isoOrNull(expiresAt) };
  const data = { name, prefix, scopes, ...limits };
  const event = { organizationId, namespaceId: null, subjectId: id, actor, type: 'key.created' as const, data };
  return record(deps, event, condition);
}

/** Creates a key. Its namespaces and expiry default to those of the actor's key; with a path, its namespaces default to the path's. */
export async function createKey(
  deps: WriteDeps,
  actor: Actor,
  request: Omit<KeyFields, 'expiresAt'> & { expiresAt?: number },
): Promise<KeyWithSecret> {
  requireScope(actor, 'keys:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const fields = {
    ...request,
    namespaceIds: grantedNamespaces(actor, request),
    expiresAt: request.expiresAt ?? actor.expiresAt,
  };
  if (request.expiresAt !== undefined && request.expiresAt <= now) throw expiryInThePast();
  requireCovers(actor, fields);
  if (request.namespaceIds ?? request.path) await requireNamespaces(deps, actor, fields.namespaceIds ?? []);
  const { secret, row } = await newKey(deps, { ...fields, organizationId: actor.organizationId });
  const key = { ...row, madeBy: authorIds(actor.ref) };
  const limits = [oneMore(actor.organizationId, 'keys', now)];
  const created = await runInOrder(db, [
    { exceeded: selectExceeded(db, limits), access: selectMayAct(db, actor, now) },
    [
      insertWhere(db, apiKeys, key, sql`${mayAct(actor, now)} and ${hasRoom(limits)}`),
      recordKeyCreated(deps, actor.ref, row, previousChanged),
    ],
    { keys: selectKey(db, actor, row.id) },
    [],
  ]);
  requireMayAct(created.access);
  requireRoom(limits, created.exceeded);
  return { key: requireKey(created.keys, row.id), secret };
}

function expiryInThePast(): Problem {
  return invalidField('expires_at', '`expires_at` is in the past. Use a time in the future.', 'in_the_past');
}

/** Requires that the actor has all of the key's access, because an actor can create or rotate only such keys. */
export function requireCovers(actor: Actor, { scopes, namespaceIds, expiresAt }: Omit<KeyFields, 'name'>): void {
  for (const scope of scopes) requireScope(actor, scope);
  const outside = namespaceIds?.find((id) => !canSeeNamespace(actor, id));
  if (outside !== undefined) throw notFound('namespace', outside);
  if (actor.expiresAt === null || (expiresAt !== null && expiresAt <= actor.expiresAt)) return;
  const end = iso(actor.expiresAt);
  throw new Problem('forbidden', `This key expires at ${end} and cannot create or rotate a key that expires later`, {
    details: { expires_at: end },
  });
}

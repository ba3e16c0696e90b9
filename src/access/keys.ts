// API keys as those see them who may manage them: listed and made. A key gives nothing that it lacks itself, and knows of no key
// that reaches further than its own namespaces. Their end is in key-changes.ts, what a secret opens in known-keys.ts.
import { and, asc, eq, gt, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../contract/events.ts';
import type { Scope } from '../contract/scopes.ts';
import type { KeyState } from '../contract/states.ts';
import { iso, isoOrNull } from '../core/clock.ts';
import type { ApiKeyId, NamespaceId, OrganizationId } from '../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../core/page.ts';
import { Problem } from '../core/problem.ts';
import { insertWhere, previousChanged, type Statement } from '../db/client.ts';
import { containsOnly } from '../db/columns.ts';
import { keyQuota, requireQuota, selectUsage } from '../db/quotas.ts';
import { apiKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { type Actor, notFound, requireScope, seesNamespace } from './actor.ts';
import { newKeySecret } from './key-secret.ts';
import { requireNamespaces } from './namespaces.ts';

export type ApiKey = typeof apiKeys.$inferSelect;

export interface KeyFields {
  name: string;
  scopes: Scope[];
  /** Null: every namespace of the organization. */
  namespaceIds: NamespaceId[] | null;
  expiresAt: number | null;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** A key with its secret, which is in no other answer. */
export interface ShownKey {
  key: ApiKey;
  secret: string;
}

/** SQL: it opens something at that time. */
export function isActive(now: number): SQL | undefined {
  return and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)));
}

function isIn(state: KeyState, now: number): SQL | undefined {
  if (state === 'active') return isActive(now);
  return state === 'revoked'
    ? isNotNull(apiKeys.revokedAt)
    : and(isNull(apiKeys.revokedAt), lte(apiKeys.expiresAt, now));
}

export function stateOf({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: number): KeyState {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active';
}

/**
 * SQL: the secret that was sent is still good for it. An isolate may remember a key for 10 s after its end, but no successor is
 * made in that time: this is in the guard. A secret that was rotated away must be known as one, so that what it gives ends with it.
 */
export function mayAct({ secretHash, expiresAt }: Actor, now: number): SQL<boolean> {
  const active = sql`k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now})`;
  const inOverlap = sql`k.previous_hash = ${secretHash} and k.previous_until > ${now} and k.previous_until >= ${expiresAt}`;
  const good = sql`exists (select 1 from api_keys k where ${active} and (k.hash = ${secretHash} or (${inOverlap})))`;
  return sql<boolean>`${secretHash === null ? sql`true` : good}`.mapWith(Boolean);
}

/** A statement for a batch. */
export function selectMayAct(db: Deps['db'], actor: Actor, now: number) {
  return db.select({ mayAct: mayAct(actor, now) }).from(sql`(select 1)`);
}

export function requireMayAct(row: { mayAct: boolean } | undefined): void {
  if (!row?.mayAct) throw new Problem('unauthorized', 'The API key is not valid');
}

export function visibleTo({ organizationId, namespaceIds }: Actor): SQL | undefined {
  return and(
    eq(apiKeys.organizationId, organizationId),
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
        state === undefined ? undefined : isIn(state, clock.now()),
        cursor === undefined ? undefined : gt(sql`${apiKeys.id}`, cursor),
      ),
    )
    .orderBy(asc(apiKeys.id))
    .limit(limit + 1);
  return pageOf(rows, limit, ({ id }) => id);
}

/** A statement for a batch: the key, or no row. */
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

/** The key that asks. Whoever acts without one has none. */
export async function ownKey({ db }: Pick<Deps, 'db'>, { ref, organizationId }: Actor): Promise<ApiKey> {
  const own = and(eq(sql`${apiKeys.id}`, ref.id), eq(apiKeys.organizationId, organizationId));
  const [row] = await db.select().from(apiKeys).where(own);
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

/** The secret, and the row that can recognise it but not give it back. */
export async function newKey({ ids, clock }: Pick<Deps, 'ids' | 'clock'>, key: NewKey) {
  const { secret, hash, prefix } = await newKeySecret();
  return { secret, row: { ...key, id: ids('apiKey'), hash, prefix, createdAt: clock.now() } };
}

export function recordKeyCreated(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  actor: ActorRef,
  { id, organizationId, name, prefix, scopes, namespaceIds, expiresAt }: Awaited<ReturnType<typeof newKey>>['row'],
  condition: SQL,
): Statement {
  const data = { name, prefix, scopes, namespace_ids: namespaceIds, expires_at: isoOrNull(expiresAt) };
  const event = { organizationId, namespaceId: null, subjectId: id, actor, type: 'key.created' as const, data };
  return record(deps, event, condition);
}

/** What is left out is as with the key that asks: its namespaces, its end. */
export async function createKey(
  deps: WriteDeps,
  actor: Actor,
  given: Omit<KeyFields, 'expiresAt'> & { expiresAt?: number },
): Promise<ShownKey> {
  requireScope(actor, 'keys:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const fields = {
    ...given,
    namespaceIds: given.namespaceIds ?? (actor.namespaceIds && [...actor.namespaceIds]),
    expiresAt: given.expiresAt ?? actor.expiresAt,
  };
  if (given.expiresAt !== undefined && given.expiresAt <= now) throw inThePast();
  requireCovers(actor, fields);
  if (given.namespaceIds) await requireNamespaces(deps, actor, given.namespaceIds);
  const { secret, row } = await newKey(deps, { ...fields, organizationId: actor.organizationId });
  const room = keyQuota(actor.organizationId, now);
  const [[usage], [asking], , , made] = await db.batch([
    selectUsage(db, room),
    selectMayAct(db, actor, now),
    insertWhere(db, apiKeys, row, sql`${mayAct(actor, now)} and ${room.hasRoom}`),
    recordKeyCreated(deps, actor.ref, row, previousChanged),
    selectKey(db, actor, row.id),
  ]);
  requireMayAct(asking);
  requireQuota(room, usage);
  return { key: requireKey(made, row.id), secret };
}

function inThePast(): Problem {
  const message = 'The time is over already';
  return new Problem('invalid-request', message, {
    fields: [{ path: ['body', 'expires_at'], message, type: 'in_the_past' }],
  });
}

/** What it gives to another key, or takes of one by rotating it, it must have itself. */
export function requireCovers(actor: Actor, { scopes, namespaceIds, expiresAt }: Omit<KeyFields, 'name'>): void {
  const refused = (words: string, details: Record<string, unknown>) =>
    new Problem('forbidden', `This key ${words}`, { details });
  for (const scope of scopes) {
    if (!actor.scopes.has(scope)) throw refused(`lacks the scope ${scope}`, { required_scope: scope });
  }
  const outside = namespaceIds?.find((id) => !seesNamespace(actor, id));
  if (outside !== undefined) throw notFound('namespace', outside);
  if (actor.expiresAt !== null && (expiresAt === null || expiresAt > actor.expiresAt))
    throw refused(`ends at ${iso(actor.expiresAt)}, before the other one`, { expires_at: iso(actor.expiresAt) });
}

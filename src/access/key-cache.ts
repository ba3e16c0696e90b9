// Looks up an API key's actor, with a cache in each isolate (D31), and records when a key was last used. For a call, serve/call-key.ts
// looks up the key together with the route.
import { and, eq, getTableColumns, gt, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../contract/actor.ts';
import { type CallLimit, callLimitSchema } from '../contract/call-limits.ts';
import { actorMadeBy } from '../contract/events/authors.ts';
import { keyLimits } from '../contract/limits/keys-and-sessions.ts';
import { sha256Hex } from '../core/digest.ts';
import type { ApiKeyId, OrganizationId } from '../core/ids.ts';
import { qualified } from '../db/client.ts';
import { apiKeys } from '../db/schema/access.ts';
import { callLimits } from '../db/schema/call-limits.ts';
import { isUsable, StaleCache } from '../db/stale-cache.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from './actor.ts';

export interface CachedKey {
  id: ApiKeyId;
  /** SHA-256 of the secret that was sent: the key's, or a session's. */
  hash: string;
  actor: Actor;
  /** The last use known to this isolate. */
  lastUsedAt: number;
  /** When the sent secret stops working. Null if it never does. */
  endsAt: number | null;
  /** Until when use extends a person's session. Null for everything else. */
  extendableTo: number | null;
}

/** Keys by their secret's hash. */
export type KeyCache = StaleCache<CachedKey>;

export function newKeyCache(): KeyCache {
  return new StaleCache({ sizeMax: keyLimits.cacheSize, scopeOf: (hash) => hash });
}

/**
 * Returns the key for a secret, or undefined if it's missing, revoked or expired. Makes at most one D1 round trip, and calls
 * `beforeLookup` first.
 */
export async function lookUpKey(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  cache: KeyCache,
  secret: string,
  beforeLookup: () => Promise<void>,
): Promise<CachedKey | undefined> {
  const hash = await sha256Hex(secret);
  const now = clock.now();
  return readThrough({ cache, hash, now, beforeLookup }, async () => {
    const [row] = await selectKeyBySecret(db, hash, now);
    return row && foundKey(row, hash);
  });
}

/** SQL: the key has the secret. */
function hasSecret(hash: string, now: number): SQL | undefined {
  return or(eq(apiKeys.hash, hash), and(eq(apiKeys.previousHash, hash), gt(apiKeys.previousUntil, now)));
}

/** Columns of a key that a request uses, with the limit of its calls. */
export const keyColumns = {
  ...getTableColumns(apiKeys),
  callLimit: qualified(
    sql<CallLimit | null>`(select json_object('perMinute', ${callLimits.perMinute}, 'atOnce', ${callLimits.atOnce}) from ${callLimits} where ${callLimits.subjectId} = ${apiKeys.id})`,
  ).mapWith((text: string) => callLimitSchema.parse(JSON.parse(text))),
};

/** Selects a secret's key, for a batch. */
export function selectKeyBySecret(db: Deps['db'], hash: string, now: number) {
  return db.select(keyColumns).from(apiKeys).where(hasSecret(hash, now)).limit(1);
}

/** SQL: the organization of the key with this secret. */
export function organizationBySecret(hash: string, now: number): SQL<OrganizationId> {
  return sql<OrganizationId>`(select ${apiKeys.organizationId} from ${apiKeys} where ${hasSecret(hash, now)} limit 1)`;
}

export function foundKey(row: KeyRow, hash: string): FoundKey {
  const actor = keyActor(row, hash);
  return { row, actor, endsAt: actor.expiresAt, extendableTo: null };
}

interface Lookup {
  cache: KeyCache;
  /** SHA-256 of the sent secret. */
  hash: string;
  now: number;
  beforeLookup: () => Promise<void>;
}

type NamedKey = Pick<KeyRow, 'id' | 'kind' | 'madeBy' | 'name' | 'personId' | 'principal'>;

type KeyRow = typeof apiKeys.$inferSelect & { callLimit: CallLimit | null };

export interface FoundKey extends Pick<CachedKey, 'actor' | 'endsAt' | 'extendableTo'> {
  row: KeyRow;
}

/** Returns the key from the cache, or from `find` unless it is revoked. */
export async function readThrough(
  { cache, hash, now, beforeLookup }: Lookup,
  find: () => Promise<FoundKey | undefined>,
): Promise<CachedKey | undefined> {
  const entry = cache.get(hash);
  if (entry && isUsable(entry, now)) return withoutEnded(entry.value, now);
  await beforeLookup();
  return withoutEnded(cacheKey(cache, hash, await find(), now), now);
}

/** Caches the key, unless the cache already has a later state. Returns undefined for a missing or revoked key. */
export function cacheKey(
  cache: KeyCache,
  hash: string,
  found: FoundKey | undefined,
  asOf: number,
): CachedKey | undefined {
  if (!found || found.row.revokedAt !== null) {
    cache.delete(hash);
    return undefined;
  }
  const { row, actor, endsAt, extendableTo } = found;
  const lastUsedAt = Math.max(cache.get(hash)?.value.lastUsedAt ?? 0, row.lastUsedAt ?? 0);
  return cache.set(hash, { id: row.id, hash, actor, endsAt, extendableTo, lastUsedAt }, asOf).value;
}

export function withoutEnded(key: CachedKey | undefined, now: number): CachedKey | undefined {
  return key && key.endsAt !== null && key.endsAt <= now ? undefined : key;
}

/**
 * For a previous secret, access ends with the overlap. A person's access outlasts a session, so personal keys can
 * outlast the session that made them.
 */
export function keyActor(row: KeyRow, secretHash: string): Actor {
  const expiresAt = row.kind === 'session' ? null : row.expiresAt;
  return {
    ref: actorRef(row),
    organizationId: row.organizationId,
    keyId: row.id,
    personId: row.personId,
    stageOnly: row.stageOnly,
    pluginPattern: row.pluginPattern,
    callLimit: row.callLimit,
    scopes: new Set(row.scopes),
    namespaceIds: row.namespaceIds && new Set(row.namespaceIds),
    path: row.path,
    expiresAt: row.hash === secretHash ? expiresAt : earlier(expiresAt, row.previousUntil),
    secretHash,
  };
}

/** Events name the person or the CI job, not the key that it used. They keep the name, so that readers need no access to keys. */
export function actorRef({ id, kind, madeBy, name: keyName, personId, principal }: NamedKey): ActorRef {
  if (principal === null) return actorMadeBy({ type: 'key', id, name: keyName }, madeBy ?? []);
  const { claims, issuer, name, subject = id, via } = principal;
  const proof = { ...(claims ? { claims } : {}), ...(issuer ? { issuer } : {}) };
  if (kind === 'ci') return actorMadeBy({ type: 'ci', id: subject, name, ...proof }, madeBy ?? []);
  return { type: 'person', id: personId ?? id, name, ...(via ? { via } : {}) };
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** Removes a changed key from this isolate's cache. Other isolates may use it for up to `nearestLimits.staleWhileRevalidateMs`. */
export function evictKey(cache: KeyCache, id: ApiKeyId, now: number): void {
  for (const [hash, { value }] of cache.entries()) if (value.id === id) cache.invalidate(hash, now);
}

/** Records a key's use after the response. The update may be lost if the isolate ends first, but the value is only for display. */
export function recordKeyUse({ db, clock, defer }: Pick<Deps, 'db' | 'clock' | 'defer'>, known: CachedKey): void {
  const now = clock.now();
  const before = now - keyLimits.recordUseEveryMs;
  if (known.lastUsedAt > before) return;
  known.lastUsedAt = now;
  const isUnrecorded = or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, before));
  defer(
    db
      .update(apiKeys)
      .set({ lastUsedAt: now })
      .where(and(eq(apiKeys.id, known.id), isUnrecorded))
      .run(),
  );
}

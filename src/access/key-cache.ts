// Looks up the actor of an API key, with a cache in each isolate (D31), and records when a key was last used.
import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import { keyLimits } from '../contract/limits/keys-and-sessions.ts';
import { sha256Hex } from '../core/digest.ts';
import type { ApiKeyId } from '../core/ids.ts';
import { apiKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from './actor.ts';

export interface CachedKey {
  id: ApiKeyId;
  actor: Actor;
  /** The last use that this isolate knows of. */
  lastUsedAt: number;
  /** When the secret that was sent stops working; null for never. */
  endsAt: number | null;
  /** When the key must be looked up again. */
  cachedUntil: number;
}

/** Cached keys by the hash of their secret. */
export type KeyCache = Map<string, CachedKey>;

/**
 * Returns the key of a secret, or undefined if there is none, or it is revoked or has expired. Makes at most one D1 round trip, and
 * calls `beforeLookup` first.
 */
export async function lookUpKey(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  cache: KeyCache,
  secret: string,
  beforeLookup: () => Promise<void>,
): Promise<CachedKey | undefined> {
  const hash = await sha256Hex(secret);
  const now = clock.now();
  return cached({ cache, hash, now, beforeLookup }, async () => {
    const row = await db.query.apiKeys.findFirst({
      where: or(eq(apiKeys.hash, hash), and(eq(apiKeys.previousHash, hash), gt(apiKeys.previousUntil, now))),
    });
    if (!row) return undefined;
    const actor = actorOf(row, hash);
    return { row, actor, endsAt: actor.expiresAt };
  });
}

interface Lookup {
  cache: KeyCache;
  /** SHA-256 of the secret that was sent. */
  hash: string;
  now: number;
  beforeLookup: () => Promise<void>;
}

type KeyRow = typeof apiKeys.$inferSelect;

export interface FoundKey extends Pick<CachedKey, 'actor' | 'endsAt'> {
  row: KeyRow;
}

/** Returns the key from the cache, or from `find` unless it is revoked. */
export async function cached(
  { cache, hash, now, beforeLookup }: Lookup,
  find: () => Promise<FoundKey | undefined>,
): Promise<CachedKey | undefined> {
  let known = cache.get(hash);
  if (!known || known.cachedUntil <= now) {
    await beforeLookup();
    const found = await find();
    if (!found || found.row.revokedAt !== null) {
      cache.delete(hash);
      return undefined;
    }
    if (cache.size >= keyLimits.cacheSize) cache.clear();
    const { row, actor, endsAt } = found;
    known = {
      id: row.id,
      actor,
      endsAt,
      lastUsedAt: Math.max(known?.lastUsedAt ?? 0, row.lastUsedAt ?? 0),
      cachedUntil: now + keyLimits.cacheMs,
    };
    cache.set(hash, known);
  }
  return known.endsAt !== null && known.endsAt <= now ? undefined : known;
}

/** The access of a previous secret ends with its overlap. */
export function actorOf(row: KeyRow, secretHash: string): Actor {
  return {
    ref: { type: 'key', id: row.id },
    organizationId: row.organizationId,
    scopes: new Set(row.scopes),
    namespaceIds: row.namespaceIds && new Set(row.namespaceIds),
    expiresAt: row.hash === secretHash ? row.expiresAt : earlier(row.expiresAt, row.previousUntil),
    secretHash,
  };
}

function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** Removes a changed key from this isolate's cache. Other isolates keep it until `keyLimits.cacheMs` is over. */
export function evictKey(cache: KeyCache, id: ApiKeyId): void {
  for (const [hash, known] of cache) if (known.id === id) cache.delete(hash);
}

/** Records the use of a key after the response. The update may be lost if the isolate ends first: the value is for display only. */
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

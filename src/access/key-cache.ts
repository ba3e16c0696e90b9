// Whose a key is: looked up at most every 10 s an isolate (D31), and noted as used at most once a minute, after the answer.
import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import { sha256Hex } from '../core/digest.ts';
import type { ApiKeyId } from '../core/ids.ts';
import { apiKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from './actor.ts';

const cachedMs = 10_000;
const cacheSizeMax = 1000;
const notedEveryMs = 60_000;

export interface CachedKey {
  id: ApiKeyId;
  actor: Actor;
  /** As far as this isolate knows. */
  lastUsedAt: number;
  /** Until when it needn't be looked up again. */
  until: number;
}

/** By the hash of the secret. */
export type KeyCache = Map<string, CachedKey>;

/**
 * The key of a secret, or undefined when there is none, or it is revoked or over. At most one D1 round trip, and `beforeAsking`
 * before it.
 */
export async function lookUpKey(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  cache: KeyCache,
  secret: string,
  beforeLookup: () => Promise<void>,
): Promise<CachedKey | undefined> {
  const hash = await sha256Hex(secret);
  const now = clock.now();
  let known = cache.get(hash);
  if (!known || known.until <= now) {
    await beforeLookup();
    const row = await db.query.apiKeys.findFirst({
      where: or(eq(apiKeys.hash, hash), and(eq(apiKeys.previousHash, hash), gt(apiKeys.previousUntil, now))),
    });
    if (!row || row.revokedAt !== null) {
      cache.delete(hash);
      return undefined;
    }
    if (cache.size >= cacheSizeMax) cache.clear();
    known = {
      id: row.id,
      actor: actorOf(row, hash),
      lastUsedAt: Math.max(known?.lastUsedAt ?? 0, row.lastUsedAt ?? 0),
      until: now + cachedMs,
    };
    cache.set(hash, known);
  }
  const { expiresAt } = known.actor;
  return expiresAt !== null && expiresAt <= now ? undefined : known;
}

/** A secret that was rotated away ends with its overlap. */
function actorOf(row: typeof apiKeys.$inferSelect, secretHash: string): Actor {
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

/** Here its changes are seen at once; other isolates remember it for up to 10 s. */
export function evictKey(cache: KeyCache, id: ApiKeyId): void {
  for (const [hash, known] of cache) if (known.id === id) cache.delete(hash);
}

/** Lost when the process ends first: it says when a key was used lately, and nothing hangs on it. */
export function recordKeyUse({ db, clock, defer }: Pick<Deps, 'db' | 'clock' | 'defer'>, known: CachedKey): void {
  const now = clock.now();
  const before = now - notedEveryMs;
  if (known.lastUsedAt > before) return;
  known.lastUsedAt = now;
  const unnoted = or(isNull(apiKeys.lastUsedAt), lte(apiKeys.lastUsedAt, before));
  defer(
    db
      .update(apiKeys)
      .set({ lastUsedAt: now })
      .where(and(eq(apiKeys.id, known.id), unnoted))
      .run(),
  );
}

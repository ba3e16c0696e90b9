// API keys: made once, kept as SHA-256, looked up at most every 10 s an isolate (D31).
import { eq } from 'drizzle-orm';
import type { Scope } from '../contract/scopes.ts';
import { sha256Hex } from '../core/digest.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { apiKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from './actor.ts';

export interface NewKey {
  organizationId: OrganizationId;
  name: string;
  scopes: Scope[];
  namespaceIds: NamespaceId[] | null;
  expiresAt: number | null;
}

/** The secret, and the row that can recognise it but not give it back. */
export async function newKey({ ids, clock }: Pick<Deps, 'ids' | 'clock'>, key: NewKey) {
  const secret = `sk_${base62(crypto.getRandomValues(new Uint8Array(32)))}`;
  const row = {
    ...key,
    id: ids('apiKey'),
    prefix: secret.slice(0, 10),
    hash: await sha256Hex(secret),
    createdAt: clock.now(),
  };
  return { secret, row };
}

const cachedMs = 10_000;
const cacheSizeMax = 1000;

export type KeyCache = Map<string, { actor: Actor | undefined; expiresAt: number | null; until: number }>;

/** The actor of a bearer key, or undefined when there is no such key, or it is revoked or over. At most one D1 round trip. */
export async function actorOfKey(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  cache: KeyCache,
  secret: string,
): Promise<Actor | undefined> {
  const hash = await sha256Hex(secret);
  const now = clock.now();
  let known = cache.get(hash);
  if (!known || known.until <= now) {
    const row = await db.query.apiKeys.findFirst({ where: eq(apiKeys.hash, hash) });
    known = {
      actor: row && row.revokedAt === null ? actorOf(row) : undefined,
      expiresAt: row?.expiresAt ?? null,
      until: now + cachedMs,
    };
    if (cache.size >= cacheSizeMax) cache.clear();
    if (known.actor) cache.set(hash, known);
  }
  return known.expiresAt !== null && known.expiresAt <= now ? undefined : known.actor;
}

function actorOf(row: typeof apiKeys.$inferSelect): Actor {
  return {
    ref: { type: 'key', id: row.id },
    organizationId: row.organizationId,
    scopes: new Set(row.scopes),
    namespaceIds: row.namespaceIds && new Set(row.namespaceIds),
  };
}

const base62Alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (; value > 0n; value /= 62n) text = (base62Alphabet[Number(value % 62n)] ?? '') + text;
  return text.padStart(43, '0');
}

// Reads what the callers of open streams may do now. Each was let in with an API key or a browser session, possibly long ago.
import { and, eq, gt, inArray, isNull, or, sql } from 'drizzle-orm';
import { readTogether } from '../db/client.ts';
import { apiKeys, browserSessions } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from './actor.ts';
import { keyActor, keyColumns } from './key-cache.ts';

/** Returns the actors by the hashes of the secrets that were sent, without those that ended. Makes one D1 round trip. */
export async function currentActors(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  credentials: readonly string[],
): Promise<Map<string, Actor>> {
  const now = clock.now();
  const sent = sql`(select value from json_each(${JSON.stringify(credentials)}))`;
  const isOpen = and(inArray(browserSessions.hash, sent), eq(browserSessions.state, 'open'));
  const { hash, keyHash, keyId } = browserSessions;
  const withSession = db.select({ id: keyId }).from(browserSessions).where(isOpen);
  const isOfSent = or(
    inArray(apiKeys.hash, sent),
    inArray(apiKeys.previousHash, sent),
    inArray(apiKeys.id, withSession),
  );
  const { keys, sessions } = await readTogether(db, {
    keys: db
      .select(keyColumns)
      .from(apiKeys)
      .where(and(isOfSent, isNull(apiKeys.revokedAt))),
    sessions: db
      .select({ hash, keyHash, keyId })
      .from(browserSessions)
      .where(and(isOpen, gt(browserSessions.expiresAt, now))),
  });
  const ofSessions = new Map(sessions.map((session) => [session.hash, session]));
  const found = credentials.flatMap((credential): [string, Actor][] => {
    const session = ofSessions.get(credential);
    const secret = session?.keyHash ?? credential;
    const row = keys.find((key) => hasSecret(key, secret, now) && (!session || key.id === session.keyId));
    const endsAt = row && endOf(row, secret);
    return row && (endsAt === null || (endsAt !== undefined && endsAt > now))
      ? [[credential, keyActor(row, secret)]]
      : [];
  });
  return new Map(found);
}

type KeyRow = Parameters<typeof keyActor>[0];

function hasSecret({ hash, previousHash, previousUntil }: KeyRow, secret: string, now: number): boolean {
  return hash === secret || (previousHash === secret && previousUntil !== null && previousUntil > now);
}

/** A session's key has no end for what it creates, but the session has. */
function endOf(row: KeyRow, secret: string): number | null {
  return row.kind === 'session' ? row.expiresAt : keyActor(row, secret).expiresAt;
}

// Signs browsers in: exchanges a key, or a link created with one, for a session, whose secret the browser keeps in a cookie. A session
// has its key's access and ends when the key's secret does.
import { and, eq, gt, inArray, isNull, lt, lte, or } from 'drizzle-orm';
import { sessionLimits } from '../contract/limits/keys-and-sessions.ts';
import { sha256Hex } from '../core/digest.ts';
import type { ApiKeyId, OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { insertWhere, runInOrder } from '../db/client.ts';
import { apiKeys, browserSessions, organizations } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { Actor } from './actor.ts';
import { type CachedKey, type FoundKey, type KeyCache, keyActor, keyColumns, readThrough } from './key-cache.ts';
import { newSecret } from './key-secret.ts';
import { mayAct, requireMayAct, selectMayAct } from './keys.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** A secret that is shown only once, and the time when it expires. */
export interface SessionSecret {
  secret: string;
  expiresAt: number;
}

export const linkPrefix = 'sl_';
export const sessionPrefix = 'ss_';

/** Opens a session for the request's key. */
export async function openSession(deps: WriteDeps, actor: Actor): Promise<SessionSecret> {
  const { secret, hash } = await newSecret(sessionPrefix);
  const expiresAt = Math.min(deps.clock.now() + sessionLimits.sessionMs, actor.expiresAt ?? Infinity);
  await insertSession(deps, actor, { state: 'open', hash, expiresAt });
  return { secret, expiresAt };
}

/** Creates a link for the request's key. The link opens one session. */
export async function makeLink(deps: WriteDeps, actor: Actor): Promise<SessionSecret> {
  const { secret, hash } = await newSecret(linkPrefix);
  const expiresAt = deps.clock.now() + sessionLimits.linkMs;
  await insertSession(deps, actor, { state: 'link', hash, expiresAt });
  return { secret, expiresAt };
}

type SessionState = (typeof browserSessions.$inferSelect)['state'];

interface NewRow {
  state: SessionState;
  hash: string;
  expiresAt: number;
}

/** Stores what gives access by the request's key, and deletes what has expired. */
export async function insertSession({ db, ids, clock }: WriteDeps, actor: Actor, fields: NewRow): Promise<void> {
  const now = clock.now();
  const keyId = keyOf(actor);
  const row = { ...fields, id: ids('browserSession'), keyId, keyHash: actor.secretHash ?? '', createdAt: now };
  const { access } = await runInOrder(db, [
    { access: selectMayAct(db, actor, now) },
    [deleteEnded(db, now), insertWhere(db, browserSessions, row, mayAct(actor, now))],
    {},
    [],
  ]);
  requireMayAct(access);
}

function keyOf({ keyId }: Actor): ApiKeyId {
  if (keyId === null) throw new Problem('unauthorized', 'No API key was sent');
  return keyId;
}

/** Deletes a bounded number, because every sign-in runs this. */
function deleteEnded(db: Deps['db'], now: number) {
  const ended = db
    .select({ id: browserSessions.id })
    .from(browserSessions)
    .where(lte(browserSessions.expiresAt, now))
    .limit(sessionLimits.deletedPerSignIn);
  return db.delete(browserSessions).where(inArray(browserSessions.id, ended));
}

/** The key that made a link, and its organization. */
export interface LinkOwner {
  organizationId: OrganizationId;
  organizationName: string;
  keyName: string;
}

/** Returns the account that the link would sign in to, for the confirmation question. The link stays unused. */
export async function linkOwner(deps: Pick<Deps, 'db' | 'clock'>, link: string): Promise<LinkOwner | undefined> {
  const known = await findKey(deps, await sha256Hex(link), 'link');
  if (!known || known.row.revokedAt !== null) return undefined;
  const { name: keyName, organizationId } = known.row;
  const [found] = await deps.db
    .select({ organizationName: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, organizationId));
  return found && { organizationId, organizationName: found.organizationName, keyName };
}

/** Exchanges a link for a session. The update is conditional, so only one of two concurrent requests gets the session. */
export async function useLink(deps: Pick<Deps, 'db' | 'clock'>, link: string): Promise<SessionSecret | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const linkHash = await sha256Hex(link);
  const known = await findKey(deps, linkHash, 'link');
  if (!known || known.row.revokedAt !== null) return undefined;
  const expiresAt = Math.min(now + sessionLimits.sessionMs, known.actor.expiresAt ?? Infinity);
  const { secret, hash } = await newSecret(sessionPrefix);
  const isUnused = and(eq(browserSessions.hash, linkHash), eq(browserSessions.state, 'link'));
  const used = await db.update(browserSessions).set({ state: 'open', hash, expiresAt }).where(isUnused).run();
  return used.meta.changes === 1 ? { secret, expiresAt } : undefined;
}

/** Returns the key of an open session, just as `lookUpKey` does for a key's secret. */
export async function lookUpSession(
  deps: Pick<Deps, 'db' | 'clock'>,
  cache: KeyCache,
  secret: string,
  beforeLookup: () => Promise<void>,
): Promise<CachedKey | undefined> {
  const hash = await sha256Hex(secret);
  return readThrough({ cache, hash, now: deps.clock.now(), beforeLookup }, () => findKey(deps, hash, 'open'));
}

/** Finds the key of a session, link or code that hasn't expired. The key may be revoked. */
export async function findKey(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  hash: string,
  state: SessionState,
): Promise<FoundKey | undefined> {
  const now = clock.now();
  const { keyId, keyHash, expiresAt } = browserSessions;
  const isSecretValid = or(
    eq(apiKeys.hash, keyHash),
    and(eq(apiKeys.previousHash, keyHash), gt(apiKeys.previousUntil, now)),
  );
  const [found] = await db
    .select({ row: keyColumns, keyHash, expiresAt })
    .from(browserSessions)
    .innerJoin(apiKeys, and(eq(apiKeys.id, keyId), isSecretValid))
    .where(and(eq(browserSessions.hash, hash), eq(browserSessions.state, state), gt(expiresAt, now)));
  if (!found) return undefined;
  const actor = keyActor(found.row, found.keyHash);
  const endsAt = Math.min(found.expiresAt, actor.expiresAt ?? Infinity, found.row.expiresAt ?? Infinity);
  return { row: found.row, actor, endsAt, extendableTo: found.row.kind === 'session' ? found.row.expiresAt : null };
}

/** Extends a person's session that is used, after the response. If the update is lost, a later request repeats it. */
export function extendSession({ db, clock, defer }: Pick<Deps, 'db' | 'clock' | 'defer'>, known: CachedKey): void {
  const { endsAt, extendableTo, id } = known;
  if (endsAt === null || extendableTo === null) return;
  const extended = Math.min(clock.now() + sessionLimits.unusedMs, extendableTo);
  if (extended < endsAt + sessionLimits.extendEveryMs) return;
  known.endsAt = extended;
  const isOpen = and(eq(browserSessions.keyId, id), eq(browserSessions.state, 'open'));
  const isShorter = and(isOpen, lt(browserSessions.expiresAt, extended));
  defer(db.update(browserSessions).set({ expiresAt: extended }).where(isShorter).run());
}

/** Ends the session of a cookie. Other isolates may keep it in their cache for `nearestLimits.staleWhileRevalidateMs`. */
export async function endSession(deps: Pick<Deps, 'db' | 'clock'>, cache: KeyCache, secret: string): Promise<void> {
  const hash = await sha256Hex(secret);
  cache.delete(hash);
  await deps.db.batch(sessionEnd(deps, hash));
}

/** Builds the statements that end a session. A person's session has a key of its own, which must not create a successor elsewhere. */
export function sessionEnd({ db, clock }: Pick<Deps, 'db' | 'clock'>, hash: string) {
  const isIt = eq(browserSessions.hash, hash);
  const keys = db.select({ id: browserSessions.keyId }).from(browserSessions).where(isIt);
  const isOwn = and(inArray(apiKeys.id, keys), eq(apiKeys.kind, 'session'), isNull(apiKeys.revokedAt));
  return [
    db.update(apiKeys).set({ revokedAt: clock.now() }).where(isOwn),
    db.delete(browserSessions).where(isIt),
  ] as const;
}

/** Returns a value that only this server's pages can read. Requests that change something must send it in a header. */
export async function csrfToken(secret: string): Promise<string> {
  return (await sha256Hex(`csrf:${secret}`)).slice(0, 32);
}

// Finds the trusted publishers for an exchange, and makes and sweeps the keys of CI jobs.
import { and, asc, eq, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { actorRef } from '../../../access/key-cache.ts';
import { type KeyWithSecret, newKey } from '../../../access/keys.ts';
import { isOpen } from '../../../access/organizations.ts';
import { authorIds } from '../../../contract/events/authors.ts';
import { ciLimits, idTokenLimits } from '../../../contract/features/identity/limits.ts';
import type { Principal } from '../../../contract/identity.ts';
import { iso } from '../../../core/clock.ts';
import type { OrganizationId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, type Statement, writeAndRead } from '../../../db/client.ts';
import { apiKeys, namespaces } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import type { Issuer } from '../issuers/discovery.ts';
import { isUsableBy } from '../issuers/issuers.ts';
import { reservationOf } from '../issuers/reserved.ts';
import { TokenRefused } from '../issuers/token-refused.ts';
import { issuers, trustedPublishers, usedTokens } from '../tables.ts';
import type { TrustedPublisher } from './trusted-publishers.ts';

/** An issuer with the token's `iss`, and the organization's trusted publishers there. */
export interface Candidate {
  issuer: Issuer;
  publishers: (TrustedPublisher & { namespaceName: string })[];
  /** Why the issuer's tokens don't count. */
  refused: string | undefined;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** SQL: the organization and the namespace still exist. */
const stillExist = sql`${isOpen(sql`${trustedPublishers.organizationId}`)}
  and exists (select 1 from ${namespaces} where ${namespaces.id} = ${trustedPublishers.namespaceId} and ${namespaces.deletedAt} is null)`;

/**
 * Finds the issuers to try. If the operator has an issuer with this URL, only its keys count, also for trusted publishers that name the
 * organization's: the operator may have added it later. Makes one round trip.
 */
export async function selectCandidates(
  { db }: Pick<Deps, 'db'>,
  organizationId: OrganizationId,
  iss: string,
): Promise<Candidate[]> {
  const isIssuer = and(eq(issuers.url, iss), eq(issuers.purpose, 'ci'), isUsableBy(organizationId));
  const ids = db.select({ id: issuers.id }).from(issuers).where(isIssuer);
  const isOperators = isNull(issuers.organizationId);
  const found = await writeAndRead(db, [], {
    issuers: db
      .select()
      .from(issuers)
      .where(isIssuer)
      .orderBy(sql`${issuers.organizationId} is not null`, asc(issuers.id))
      .limit(idTokenLimits.issuersMax),
    reserved: db.select({ name: issuers.name, url: issuers.url }).from(issuers).where(isOperators),
    publishers: db
      .select({ publisher: trustedPublishers, namespaceName: namespaces.name })
      .from(trustedPublishers)
      .innerJoin(namespaces, eq(namespaces.id, trustedPublishers.namespaceId))
      .where(
        and(eq(trustedPublishers.organizationId, organizationId), inArray(trustedPublishers.issuerId, ids), stillExist),
      )
      .orderBy(asc(trustedPublishers.id)),
  });
  const publishers = found.publishers.map(({ publisher, namespaceName }) => ({ ...publisher, namespaceName }));
  const ofOperator = found.issuers.filter((issuer) => issuer.organizationId === null);
  if (ofOperator.length > 0) return ofOperator.map((issuer) => ({ issuer, publishers, refused: undefined }));
  return found.issuers.map((issuer) => ({
    issuer,
    publishers: publishers.filter(({ issuerId }) => issuerId === issuer.id),
    refused: reservationOf(issuer, found.reserved)?.reason,
  }));
}

export interface NewCiKey {
  issuer: Issuer;
  publisher: TrustedPublisher;
  principal: Principal;
  /** All pinned claims, including those of this token. */
  pinned: Record<string, string>;
  /** The token's ID or digest. */
  used: string;
  usedUntil: number;
  keyMs: number;
}

/**
 * Inserts the key if the token wasn't used, the publisher is unchanged, and the organization has room. The pins are fixed first: of two
 * concurrent first tokens from different repositories, one finds the other's pins and is refused.
 */
export async function insertCiKey(deps: WriteDeps, given: NewCiKey): Promise<KeyWithSecret> {
  const { db, clock } = deps;
  const { issuer, pinned, publisher, used, usedUntil } = given;
  const { id: publisherId, organizationId } = publisher;
  const now = clock.now();
  const { secret, row } = await ciKeyRow(deps, given);
  const isPublisher = and(eq(trustedPublishers.id, publisherId), stillExist);
  const isPinned = sql`exists (select 1 from ${trustedPublishers} where ${and(isPublisher, eq(trustedPublishers.pinned, pinned))})`;
  const wasUsed = and(eq(usedTokens.issuerId, issuer.id), eq(usedTokens.token, used));
  const { before, keys } = await writeAndRead(
    db,
    [
      db
        .update(trustedPublishers)
        .set({ pinned, lastUsedAt: now })
        .where(and(eq(trustedPublishers.id, publisherId), eq(trustedPublishers.pinned, publisher.pinned))),
      insertWhere(
        db,
        usedTokens,
        { issuerId: issuer.id, token: used, expiresAt: usedUntil },
        sql`${isPinned} and ${hasRoom(organizationId, now)}`,
        sql`on conflict do nothing`,
      ),
      insertWhere(db, apiKeys, row, previousChanged),
      recordExchange(deps, given, row),
    ],
    {
      before: db.select({ token: usedTokens.token }).from(usedTokens).where(wasUsed),
      keys: db.select().from(apiKeys).where(eq(apiKeys.id, row.id)),
    },
  );
  const [inserted] = keys;
  if (inserted) return { key: inserted, secret };
  if (before.length > 0)
    throw new TokenRefused('it was exchanged before. Request a new token for each exchange', 'jti');
  return refuseKey(deps, organizationId, now);
}

/** The people who added the trusted publisher and its issuer decide which jobs get a key, so both are behind it. */
async function ciKeyRow(deps: WriteDeps, { issuer, keyMs, principal, publisher }: NewCiKey) {
  const { organizationId, namespaceId, plugin, scopes, stageOnly } = publisher;
  const fields = { organizationId, name: principal.name, scopes, namespaceIds: [namespaceId], expiresAt: null };
  const madeBy = [...authorIds(publisher.createdBy), ...authorIds(issuer.createdBy)];
  const { secret, row } = await newKey(deps, fields);
  const expiresAt = row.createdAt + keyMs;
  const rights = { stageOnly, pluginPattern: plugin, trustedPublisherId: publisher.id };
  return { secret, row: { ...row, kind: 'ci' as const, madeBy, personId: null, principal, expiresAt, ...rights } };
}

function recordExchange(
  deps: WriteDeps,
  { issuer, publisher }: NewCiKey,
  key: Awaited<ReturnType<typeof ciKeyRow>>['row'],
): Statement {
  const { organizationId, namespaceId, scopes, stageOnly } = publisher;
  const data = {
    trusted_publisher_id: publisher.id,
    issuer: issuer.name,
    scopes,
    namespace_ids: [namespaceId],
    stage_only: stageOnly,
    expires_at: iso(key.expiresAt),
  };
  const event = {
    organizationId,
    namespaceId,
    subjectId: key.id,
    actor: actorRef(key),
    type: 'key.exchanged' as const,
    data,
  };
  return record(deps, event, previousChanged);
}

async function refuseKey({ db }: WriteDeps, organizationId: OrganizationId, now: number): Promise<never> {
  const [room] = await db
    .select({ left: sql<boolean>`${hasRoom(organizationId, now)}`.mapWith(Boolean) })
    .from(sql`(select 1)`);
  if (room?.left) throw new TokenRefused('the trusted publisher was changed at the same time. Request a new token');
  const max = ciLimits.keysMax;
  throw new Problem(
    'rate-limited',
    `This organization has ${max} of ${max} keys of CI jobs. They expire after 15 minutes.`,
    {
      retryAfterSeconds: 60,
    },
  );
}

/** SQL: the organization has room for a CI job's key. */
function hasRoom(organizationId: OrganizationId, now: number): SQL {
  const isCounted = and(
    eq(apiKeys.organizationId, organizationId),
    eq(apiKeys.kind, 'ci'),
    isNull(apiKeys.revokedAt),
    sql`${apiKeys.expiresAt} > ${now}`,
  );
  return sql`(select count(*) from ${apiKeys} where ${isCounted}) < ${ciLimits.keysMax}`;
}

export function selectExpiredCiKeys({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .where(and(sql`${apiKeys.kind} = 'ci'`, lt(apiKeys.expiresAt, clock.now())))
    .limit(ciLimits.deletedPerSweep);
}

export function selectExpiredTokens({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: usedTokens.token })
    .from(usedTokens)
    .where(lt(usedTokens.expiresAt, clock.now()))
    .limit(ciLimits.deletedPerSweep);
}

/** Builds the statements that delete expired keys of CI jobs, and the marks of tokens that no exchange accepts any more. */
export function deleteExpiredCiKeys(deps: Pick<Deps, 'db' | 'clock'>): Statement[] {
  const { db, clock } = deps;
  const expired = sql`(select rowid from ${usedTokens} where ${usedTokens.expiresAt} < ${clock.now()} limit ${ciLimits.deletedPerSweep})`;
  return [
    db.delete(apiKeys).where(inArray(apiKeys.id, selectExpiredCiKeys(deps))),
    db.delete(usedTokens).where(sql`rowid in ${expired}`),
  ];
}

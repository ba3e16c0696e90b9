// Creates, lists and removes trusted publishers: the CI jobs that may publish a plugin without a stored key.
import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm';
import { type Actor, notFound, requireLasting, requireScope } from '../../../access/actor.ts';
import { mayAct, requireCovers, requireMayAct, selectMayAct } from '../../../access/keys.ts';
import { requireNamespace, selectNamespaceByIdOrName } from '../../../access/visible-namespaces.ts';
import type { ClaimCondition } from '../../../contract/features/identity/issuers.ts';
import { ciLimits } from '../../../contract/features/identity/limits.ts';
import { keyPresets, type Scope } from '../../../contract/scopes.ts';
import type { IssuerId, NamespaceId, TrustedPublisherId } from '../../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../../core/page.ts';
import { invalidField, Problem } from '../../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, runInOrder, writeAndRead } from '../../../db/client.ts';
import { apiKeys } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import type { Issuer } from '../issuers/discovery.ts';
import { isUsableBy } from '../issuers/issuers.ts';
import { issuers, trustedPublishers } from '../tables.ts';
import { missingOwner } from './match-claims.ts';
import { impossibleCondition } from './possible-conditions.ts';

export type TrustedPublisher = typeof trustedPublishers.$inferSelect;

export interface GivenPublisher {
  issuerId: IssuerId;
  /** ID or name. */
  namespace: string;
  /** A plugin's name, or a prefix that ends with `*`. */
  plugin: string;
  conditions: ClaimCondition[];
  /** Claims that are known already. Others are pinned by the first token. */
  pinned: Record<string, string>;
  scopes: Scope[] | undefined;
  stageOnly: boolean;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

export async function addTrustedPublisher(
  deps: WriteDeps,
  actor: Actor,
  { namespace, ...given }: GivenPublisher,
): Promise<TrustedPublisher> {
  requireScope(actor, 'keys:admin');
  const { db, ids, clock } = deps;
  const found = await readTogether(db, {
    namespaces: selectNamespaceByIdOrName(db, actor, namespace),
    issuers: selectIssuer(db, actor, given.issuerId),
  });
  const { id: namespaceId } = requireNamespace(found.namespaces, namespace);
  const scopes = given.scopes ?? [...keyPresets.publish];
  requireCovers(actor, { scopes, namespaceIds: [namespaceId], expiresAt: actor.expiresAt });
  requireLasting(actor, 'a trusted publisher');
  const { organizationId, ref } = actor;
  requireSuitableIssuer(found.issuers, given);
  const now = clock.now();
  const row = {
    ...given,
    id: ids('trustedPublisher'),
    organizationId,
    namespaceId,
    scopes,
    createdBy: ref,
    createdAt: now,
  };
  const isIssuer = sql`exists (select 1 from ${issuers} where ${and(eq(issuers.id, row.issuerId), isUsableBy(organizationId))})`;
  const count = sql`(select count(*) from ${trustedPublishers} where ${trustedPublishers.organizationId} = ${organizationId})`;
  const hasRoom = sql`${count} < ${ciLimits.publishersPerOrganization}`;
  const { access, added } = await runInOrder(db, [
    { access: selectMayAct(db, actor, now) },
    [
      insertWhere(db, trustedPublishers, row, sql`${mayAct(actor, now)} and ${isIssuer} and ${hasRoom}`),
      record(deps, { ...eventOf(actor, row), type: 'trusted_publisher.added' }, previousChanged),
    ],
    { added: db.select().from(trustedPublishers).where(eq(trustedPublishers.id, row.id)) },
    [],
  ]);
  requireMayAct(access);
  const [publisher] = added;
  if (!publisher) throw tooMany();
  return publisher;
}

function selectIssuer(db: Deps['db'], { organizationId }: Actor, id: IssuerId) {
  return db
    .select({ purpose: issuers.purpose, url: issuers.url })
    .from(issuers)
    .where(and(eq(issuers.id, id), isUsableBy(organizationId)));
}

/** Throws unless this organization can use the issuer for CI, and the conditions name whose jobs they mean, in the form of its tokens. */
function requireSuitableIssuer(
  [issuer]: Pick<Issuer, 'purpose' | 'url'>[],
  { issuerId, conditions }: Pick<GivenPublisher, 'issuerId' | 'conditions'>,
): void {
  if (!issuer) throw notFound('issuer', issuerId);
  if (issuer.purpose !== 'ci') throw invalidField('issuer_id', 'The issuer is for people. Use an issuer for CI.');
  const missing = missingOwner(issuer.url, conditions);
  if (missing) {
    const message = `Anyone can run jobs at ${issuer.url}, so a condition must name the owner: one of ${missing.join(', ')}`;
    throw invalidField('conditions', message);
  }
  const impossible = impossibleCondition(issuer.url, conditions);
  if (impossible) {
    const { claim, example, given } = impossible;
    const message = `No token of ${issuer.url} has \`${claim}\` like \`${given}\`. Write it like \`${example}\``;
    throw invalidField('conditions', message);
  }
}

export async function listTrustedPublishers(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor }: PageRequest,
): Promise<Page<TrustedPublisher>> {
  requireScope(actor, 'keys:admin');
  const rows = await db
    .select()
    .from(trustedPublishers)
    .where(and(isVisible(actor), cursor === undefined ? undefined : gt(sql`${trustedPublishers.id}`, cursor)))
    .orderBy(asc(trustedPublishers.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

/** Removes the publisher and revokes its keys, which stop working within 10 s. */
export async function removeTrustedPublisher(deps: WriteDeps, actor: Actor, id: TrustedPublisherId): Promise<void> {
  requireScope(actor, 'keys:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const isIt = and(eq(trustedPublishers.id, id), isVisible(actor));
  const found = await readTogether(db, {
    access: selectMayAct(db, actor, now),
    rows: db.select().from(trustedPublishers).where(isIt),
  });
  requireMayAct(found.access);
  const [row] = found.rows;
  if (!row) throw notFound('trusted publisher', id);
  await writeAndRead(
    db,
    [
      db.delete(trustedPublishers).where(isIt),
      record(deps, { ...eventOf(actor, row), type: 'trusted_publisher.removed' }, previousChanged),
    ],
    {
      revoked: db
        .update(apiKeys)
        .set({ revokedAt: now })
        .where(and(eq(apiKeys.trustedPublisherId, id), isNull(apiKeys.revokedAt))),
    },
  );
}

/** SQL: publishers of the namespaces that the actor can see. */
function isVisible({ organizationId, namespaceIds }: Actor) {
  return and(
    eq(trustedPublishers.organizationId, organizationId),
    namespaceIds === null ? undefined : isOneOf(namespaceIds),
  );
}

function isOneOf(namespaceIds: ReadonlySet<NamespaceId>) {
  const ids = [...namespaceIds].map((id) => sql`${id}`);
  return sql`${trustedPublishers.namespaceId} in (${sql.join(ids, sql`, `)})`;
}

function eventOf(
  { organizationId, ref }: Actor,
  row: Pick<TrustedPublisher, 'id' | 'namespaceId' | 'plugin' | 'issuerId' | 'conditions' | 'scopes' | 'stageOnly'>,
) {
  const { plugin, issuerId, conditions, scopes, stageOnly } = row;
  const data = { plugin, issuer_id: issuerId, conditions, scopes, stage_only: stageOnly };
  return { organizationId, namespaceId: row.namespaceId, actor: ref, subjectId: row.id, data };
}

function tooMany(): Problem {
  const max = ciLimits.publishersPerOrganization;
  return new Problem(
    'quota-exceeded',
    `This organization has ${max} of ${max} trusted publishers. Remove one that you no longer need: \`slipway trust remove ID\`.`,
    { details: { resource: 'trusted_publishers', current_count: max, max_allowed: max } },
  );
}

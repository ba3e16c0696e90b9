// Adds, lists and removes issuers of ID tokens: an organization's own, and the operator's, which serve all organizations. Client
// secrets are write-only.
import { and, asc, eq, getTableColumns, gt, isNull, or, type SQL, sql } from 'drizzle-orm';
import {
  type Actor,
  notFound,
  type Rights,
  requireMayGrantRole,
  requireScope,
  requireUnbound,
  withoutKey,
} from '../../../access/actor.ts';
import { mayAct, requireMayAct, selectMayAct } from '../../../access/keys.ts';
import type { issuerPurposes } from '../../../contract/features/identity/issuers.ts';
import { issuerLimits } from '../../../contract/features/identity/limits.ts';
import type { Role } from '../../../contract/identity.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { scopes } from '../../../contract/scopes.ts';
import type { IssuerId, OrganizationId } from '../../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../../core/page.ts';
import { invalidField, Problem } from '../../../core/problem.ts';
import { seal, sealingKey, unseal } from '../../../core/sealing.ts';
import {
  insertWhere,
  previousChanged,
  readTogether,
  runInOrder,
  type Statement,
  writeAndRead,
} from '../../../db/client.ts';
import { apiKeys } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import { issuers, people, trustedPublishers } from '../tables.ts';
import type { Issuer } from './discovery.ts';
import { refusedType, refuseReserved, requirePlainUrl } from './reserved.ts';
import { parseKeySet } from './signing-keys.ts';
import { TokenRefused } from './token-refused.ts';

const { clientSecret: _, ...shown } = getTableColumns(issuers);

export type ShownIssuer = Omit<Issuer, 'clientSecret'>;

export interface GivenIssuer {
  name: string;
  purpose: (typeof issuerPurposes)[number];
  url: string;
  /** Null: the keys are found by discovery. */
  jwks: JsonObject | null;
  clientId: string | null;
  clientSecret: string | null;
  groupsClaim: string | null;
  groupRoles: Record<string, Role> | null;
}

/** Owner of issuers: an organization's actor, or the operator. */
export interface IssuerOwner extends Rights {
  /** Null for the operator. */
  organizationId: OrganizationId | null;
}

export const operator: IssuerOwner = {
  ref: { type: 'admin', id: 'admin-token' },
  organizationId: null,
  ...withoutKey,
  scopes: new Set(scopes),
  namespaceIds: null,
};

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'dataKey'>;

/** Returns the actor's organization as an owner of issuers. Issuers decide who may act, as keys do. */
export function issuerOwner(actor: Actor): IssuerOwner {
  requireScope(actor, 'keys:admin');
  requireUnbound(actor, 'issuers belong to the whole organization');
  return actor;
}

/** Adds an issuer. An actor who maps groups to roles grants the roles, and needs their access. */
export async function addIssuer(deps: WriteDeps, owner: IssuerOwner, given: GivenIssuer): Promise<ShownIssuer> {
  for (const role of Object.values(given.groupRoles ?? {})) requireMayGrantRole(owner, role);
  requireIssuerUrl(given.url);
  requirePlainUrl(given.url);
  if (given.jwks) requireKeySet(given.jwks);
  const { db, ids, clock } = deps;
  const { organizationId, ref } = owner;
  const id = ids('issuer');
  const clientSecret = given.clientSecret === null ? null : await sealClientSecret(deps, id, given.clientSecret);
  const now = clock.now();
  const row = { ...given, id, organizationId, clientSecret, createdBy: ref, createdAt: now };
  const count = sql<number>`(select count(*) from ${issuers} where ${isOwnedBy(organizationId)})`;
  const mayAdd = sql`${mayAct(owner, now)} and ${count} < ${issuerLimits.perOrganizationMax}`;
  await requireUnreserved(deps, owner, given);
  const found = await runInOrder(db, [
    { access: selectMayAct(db, owner, now) },
    [
      insertWhere(db, issuers, row, mayAdd, sql`on conflict do nothing`),
      ...recordChange(deps, owner, 'issuer.added', row),
    ],
    {
      added: db.select(shown).from(issuers).where(eq(issuers.id, id)),
      named: db.select({ id: issuers.id }).from(issuers).where(isNamed(organizationId, given.name)),
    },
    [],
  ]);
  requireMayAct(found.access);
  const [added] = found.added;
  if (added) return added;
  if (found.named.length > 0) throw new Problem('name-taken', `There is an issuer named ${given.name} already`);
  throw tooManyIssuers();
}

/** Throws if an organization's issuer for CI would look like the operator's or a public one. */
async function requireUnreserved(
  { db }: Pick<Deps, 'db'>,
  { organizationId }: IssuerOwner,
  given: GivenIssuer,
): Promise<void> {
  if (organizationId === null || given.purpose !== 'ci') return;
  const ofOperator = await db.select({ name: issuers.name, url: issuers.url }).from(issuers).where(isOwnedBy(null));
  const refusal = refuseReserved(given, ofOperator);
  if (refusal) throw refusal;
}

/** Lists the owner's issuers. An organization also sees the operator's CI and people issuers, which serve it too. */
export async function listIssuers(
  { db }: Pick<Deps, 'db'>,
  { organizationId }: Pick<IssuerOwner, 'organizationId'>,
  { limit, cursor }: PageRequest,
): Promise<Page<ShownIssuer>> {
  const rows = await db
    .select(shown)
    .from(issuers)
    .where(and(isUsableBy(organizationId), cursor === undefined ? undefined : gt(sql`${issuers.id}`, cursor)))
    .orderBy(asc(issuers.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

export async function issuerById(
  { db }: Pick<Deps, 'db'>,
  { organizationId }: Pick<IssuerOwner, 'organizationId'>,
  id: IssuerId,
): Promise<ShownIssuer> {
  const [row] = await db
    .select(shown)
    .from(issuers)
    .where(and(eq(issuers.id, id), isUsableBy(organizationId)));
  if (!row) throw notFound('issuer', id);
  return row;
}

/**
 * Removes an issuer with its trusted publishers, and revokes the keys of CI jobs that it vouched for. An issuer of people who have
 * signed in stays, because their names in events and memberships depend on it.
 */
export async function removeIssuer(deps: WriteDeps, owner: IssuerOwner, id: IssuerId): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const isOwn = and(eq(issuers.id, id), isOwnedBy(owner.organizationId));
  const { access, rows } = await readTogether(db, {
    access: selectMayAct(db, owner, now),
    rows: db.select(shown).from(issuers).where(isOwn),
  });
  requireMayAct(access);
  const [row] = rows;
  if (!row) throw notFound('issuer', id);
  const isUnused = sql`not exists (select 1 from ${people} where ${people.issuerId} = ${id})`;
  const canGo = sql`exists (select 1 from ${issuers} where ${isOwn}) and ${isUnused}`;
  const ofIssuer = db
    .select({ id: trustedPublishers.id })
    .from(trustedPublishers)
    .where(eq(trustedPublishers.issuerId, id));
  const { left } = await writeAndRead(
    db,
    [
      db
        .update(apiKeys)
        .set({ revokedAt: now })
        .where(and(sql`${apiKeys.trustedPublisherId} in ${ofIssuer}`, isNull(apiKeys.revokedAt), canGo)),
      db.delete(trustedPublishers).where(and(eq(trustedPublishers.issuerId, id), canGo)),
      db.delete(issuers).where(and(isOwn, isUnused)),
      ...recordChange(deps, owner, 'issuer.removed', row),
    ],
    { left: db.select({ id: issuers.id }).from(issuers).where(isOwn) },
  );
  if (left.length > 0)
    throw new Problem('in-use', `People have signed in with the issuer ${row.name}`, {
      hint: 'Keep the issuer. Remove its people from the organization to end their access.',
    });
}

/** SQL: issuers of this owner. */
function isOwnedBy(organizationId: OrganizationId | null): SQL {
  return organizationId === null
    ? sql`${issuers.organizationId} is null`
    : sql`${issuers.organizationId} = ${organizationId}`;
}

/** SQL: issuers that serve this owner. */
export function isUsableBy(organizationId: OrganizationId | null): SQL | undefined {
  return organizationId === null ? isOwnedBy(null) : or(isOwnedBy(organizationId), isOwnedBy(null));
}

function isNamed(organizationId: OrganizationId | null, name: string): SQL | undefined {
  return and(isOwnedBy(organizationId), eq(issuers.name, name));
}

/** Events belong to organizations, so changes to the operator's issuers have none. */
function recordChange(
  deps: WriteDeps,
  { organizationId, ref }: IssuerOwner,
  type: 'issuer.added' | 'issuer.removed',
  { id, name, purpose, url }: Pick<Issuer, 'id' | 'name' | 'purpose' | 'url'>,
): Statement[] {
  if (organizationId === null) return [];
  const event = { organizationId, namespaceId: null, actor: ref, subjectId: id, type, data: { name, purpose, url } };
  return [record(deps, event, previousChanged)];
}

/** A server that only its own network reaches has a URL that Slipway can't check further. Its keys are pasted. */
function requireIssuerUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || url?.hostname === '127.0.0.1' || url?.hostname === 'localhost') return;
  throw invalidField('url', "The issuer's URL must begin with `https://`", refusedType);
}

function requireKeySet(jwks: JsonObject): void {
  if (JSON.stringify(jwks).length > issuerLimits.documentBytes)
    throw invalidField('jwks', `The key set is larger than ${issuerLimits.documentBytes} bytes`, refusedType);
  try {
    parseKeySet(jwks);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const message = 'The key set must be a JSON Web Key Set, whose keys have different `kid` values';
    throw invalidField('jwks', message, refusedType);
  }
}

function tooManyIssuers(): Problem {
  const max = issuerLimits.perOrganizationMax;
  return new Problem(
    'quota-exceeded',
    `This organization has ${max} of ${max} issuers. Remove one that you no longer need: \`slipway issuers remove NAME\`.`,
    { details: { resource: 'issuers', current_count: max, max_allowed: max } },
  );
}

async function sealClientSecret({ dataKey }: Pick<Deps, 'dataKey'>, id: IssuerId, secret: string): Promise<string> {
  return seal(await sealingKey(dataKey), `issuer/${id}`, secret);
}

/** Returns null for a public client. */
export async function openClientSecret(
  { dataKey }: Pick<Deps, 'dataKey'>,
  { id, clientSecret }: Pick<Issuer, 'id' | 'clientSecret'>,
): Promise<string | null> {
  return clientSecret === null ? null : unseal(await sealingKey(dataKey), `issuer/${id}`, clientSecret);
}

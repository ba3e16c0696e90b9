// Creates and lists organizations and sets their quotas. Used by the operator, through the admin API and the start script.
import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import type { ActorRef } from '../contract/actor.ts';
import { type QuotaResource, quotaResources } from '../contract/limits/quotas.ts';
import type { Jurisdiction } from '../contract/plugin/placement.ts';
import { scopes } from '../contract/scopes.ts';
import type { OrganizationId } from '../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../core/page.ts';
import { Problem } from '../core/problem.ts';
import { insertWhere, previousChanged, readTogether, type Statement } from '../db/client.ts';
import { apiKeys, namespaces, organizations, quotas } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import type { HeldBytes } from '../limits/quotas.ts';
import { selectAllUsage } from '../limits/quotas.ts';
import { type Actor, notFound, withoutKey } from './actor.ts';
import { newKey, recordKeyCreated } from './keys.ts';
import { defaultNamespaceName } from './visible-namespaces.ts';

export type Organization = typeof organizations.$inferSelect;

/** Null resets a quota to its default. Omitted quotas stay unchanged. */
export type QuotaChanges = Partial<Record<QuotaResource, number | null>>;

export interface NewOrganization {
  name: string;
  actor: ActorRef;
  quotas?: QuotaChanges;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'jurisdiction'>;

/**
 * Creates an organization, its namespace `default` (D20) and its first key, which has every scope. The key's secret is returned only
 * here.
 */
export async function createOrganization(deps: WriteDeps, { name, actor, quotas: changes = {} }: NewOrganization) {
  const { db, ids, clock, jurisdiction } = deps;
  const createdAt = clock.now();
  const organizationId = ids('organization');
  const namespaceId = ids('namespace');
  const { secret, row: key } = await newKey(deps, {
    organizationId,
    name: 'first key',
    scopes: [...scopes],
    namespaceIds: null,
    expiresAt: null,
  });
  const always = sql`true`;
  const event = { organizationId, namespaceId: null, actor };
  await db.batch([
    db.insert(organizations).values({ id: organizationId, name, jurisdiction, createdAt }),
    db.insert(namespaces).values({
      id: namespaceId,
      organizationId,
      name: defaultNamespaceName,
      type: 'standard',
      featureExtractors: [],
      settings: {},
      createdAt,
      updatedAt: createdAt,
    }),
    db.insert(apiKeys).values(key),
    record(deps, { ...event, type: 'organization.created', subjectId: organizationId, data: { name } }, always),
    record(
      deps,
      {
        ...event,
        type: 'namespace.created',
        namespaceId,
        subjectId: namespaceId,
        data: { name: defaultNamespaceName },
      },
      always,
    ),
    recordKeyCreated(deps, actor, key, always),
    ...quotaStatements(deps, organizationId, actor, changes),
  ]);
  return { organizationId, namespaceId, keyId: key.id, key: secret, createdAt };
}

/** Returns statements that change quotas, or none if nothing changes. They have no effect if the organization doesn't exist. */
function quotaStatements(
  deps: WriteDeps,
  organizationId: OrganizationId,
  actor: ActorRef,
  changes: QuotaChanges,
): Statement[] {
  const { db } = deps;
  const exists = sql`exists (select 1 from ${organizations} where ${organizations.id} = ${organizationId})`;
  const replace = sql`on conflict do update set max_allowed = excluded.max_allowed`;
  const changed = quotaResources.flatMap((resource): Statement[] => {
    const maxAllowed = changes[resource];
    if (maxAllowed === undefined) return [];
    const isQuota = and(eq(quotas.organizationId, organizationId), eq(quotas.resource, resource));
    if (maxAllowed === null) return [db.delete(quotas).where(isQuota)];
    return [insertWhere(db, quotas, { organizationId, resource, maxAllowed }, exists, replace)];
  });
  if (changed.length === 0) return [];
  const event = { organizationId, namespaceId: null, subjectId: organizationId, actor };
  const data = { quotas: changes };
  return [...changed, record(deps, { ...event, type: 'organization.quotas_changed', data }, exists)];
}

export async function listOrganizations(
  { db }: Pick<Deps, 'db'>,
  { limit, cursor }: PageRequest,
): Promise<Page<Organization>> {
  const rows = await db
    .select()
    .from(organizations)
    .where(cursor === undefined ? undefined : gt(sql`${organizations.id}`, cursor))
    .orderBy(asc(organizations.id))
    .limit(limit + 1);
  return toPage(rows, limit, ({ id }) => id);
}

export interface OrganizationDetails {
  organization: Organization;
  used: Record<QuotaResource, number>;
  /** Stored bytes by holder. */
  held: HeldBytes;
  allowed: Record<QuotaResource, number>;
}

/** Returns the organization with its usage and quotas. */
export async function organizationById(
  deps: Pick<Deps, 'db' | 'clock' | 'features'>,
  id: OrganizationId,
): Promise<OrganizationDetails> {
  const { db, clock } = deps;
  const found = await readTogether(db, {
    organizations: db.select().from(organizations).where(eq(organizations.id, id)),
    usage: selectAllUsage(deps, id, clock.now()),
  });
  const [organization] = found.organizations;
  const [usage] = found.usage;
  if (!organization || !usage) throw notFound('organization', id);
  return { organization, ...usage };
}

export async function setQuotas(
  deps: WriteDeps & Pick<Deps, 'features'>,
  id: OrganizationId,
  actor: ActorRef,
  changes: QuotaChanges,
): Promise<OrganizationDetails> {
  const [first, ...rest] = quotaStatements(deps, id, actor, changes);
  if (first) await deps.db.batch([first, ...rest]);
  return organizationById(deps, id);
}

export interface OrganizationChanges {
  name?: string | undefined;
  /** Region for instances in containers that the organization deploys from now on. Null for no restriction. */
  jurisdiction?: Jurisdiction | null | undefined;
}

/** Changes the given fields. Unchanged fields emit no event. */
export async function changeOrganization(
  deps: WriteDeps & Pick<Deps, 'features'>,
  id: OrganizationId,
  actor: ActorRef,
  { jurisdiction, name }: OrganizationChanges,
): Promise<OrganizationDetails> {
  const { db } = deps;
  if (jurisdiction !== undefined) requireJurisdiction(deps, jurisdiction);
  const event = { organizationId: id, namespaceId: null, subjectId: id, actor };
  const set = (changes: Partial<Organization>, differs: SQL) =>
    db
      .update(organizations)
      .set(changes)
      .where(and(eq(organizations.id, id), differs));
  const renamed: Statement[] =
    name === undefined
      ? []
      : [
          set({ name }, sql`${organizations.name} <> ${name}`),
          record(deps, { ...event, type: 'organization.renamed', data: { name } }, previousChanged),
        ];
  const restricted: Statement[] =
    jurisdiction === undefined
      ? []
      : [
          set({ jurisdiction }, sql`${organizations.jurisdiction} is not ${jurisdiction}`),
          record(
            deps,
            { ...event, type: 'organization.jurisdiction_changed', data: { jurisdiction } },
            previousChanged,
          ),
        ];
  const [first, ...rest] = [...renamed, ...restricted];
  if (first) await db.batch([first, ...rest]);
  return organizationById(deps, id);
}

/**
 * Rejects a jurisdiction that differs from the installation's, because all organizations share the installation's database, bucket and
 * queues.
 */
function requireJurisdiction({ jurisdiction: own }: WriteDeps, wanted: Jurisdiction | null): void {
  if (own === null || own === wanted) return;
  const message = `This installation is restricted to ${own}, and so are all of its organizations`;
  throw new Problem('invalid-request', message, {
    hint: 'Leave out `jurisdiction`, or set up another installation for organizations in another jurisdiction.',
    fields: [{ path: ['body', 'jurisdiction'], message, type: 'unsuitable' }],
  });
}

/** SQL: the organization exists and isn't closed. */
export function isOpen(id: OrganizationId | SQL): SQL {
  return sql`exists (select 1 from ${organizations} where ${organizations.id} = ${id} and ${organizations.closedAt} is null)`;
}

/** Returns the operator as an actor in the organization, with every scope. */
export async function operatorActor({ db }: Pick<Deps, 'db'>, id: OrganizationId, ref: ActorRef): Promise<Actor> {
  const [organization] = await db
    .select()
    .from(organizations)
    .where(and(eq(organizations.id, id), isNull(organizations.closedAt)));
  if (!organization) throw notFound('organization', id);
  return { ...withoutKey, ref, organizationId: id, scopes: new Set(scopes), namespaceIds: null };
}

/** Returns the region that the organization's instances are restricted to. */
export async function readJurisdiction({ db }: Pick<Deps, 'db'>, id: OrganizationId): Promise<Jurisdiction | null> {
  const [row] = await db
    .select({ jurisdiction: organizations.jurisdiction })
    .from(organizations)
    .where(eq(organizations.id, id));
  return row?.jurisdiction ?? null;
}

// Namespaces: scopes within an organization in which plugins live and are deployed.
import { and, asc, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { NamespaceId } from '../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../core/page.ts';
import { Problem } from '../core/problem.ts';
import { insertWhere, isUniqueViolation, previousChanged } from '../db/client.ts';
import { namespaceQuota, requireQuota, selectUsage } from '../db/quotas.ts';
import { namespaces } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { type Actor, notFound, requireScope } from './actor.ts';

/** Every organization has it: pipeline and storage plugins live there (D20). */
export const defaultNamespaceName = 'default';

export type Namespace = typeof namespaces.$inferSelect;

export interface NamespaceFields {
  name: string;
  type: Namespace['type'];
  description: string | null;
  featureExtractors: Namespace['featureExtractors'];
  settings: Namespace['settings'];
  keepLiveVersions?: number | null;
}

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** The namespaces this actor may know of. Every query of a namespace goes through this condition. */
export function visibleTo(actor: Actor): SQL | undefined {
  return and(
    eq(namespaces.organizationId, actor.organizationId),
    isNull(namespaces.deletedAt),
    actor.namespaceIds === null ? undefined : inArray(namespaces.id, [...actor.namespaceIds]),
  );
}

/** A statement for a batch: one row when the actor may know of the namespace, else none. */
export function selectNamespace(db: Deps['db'], actor: Actor, namespaceId: NamespaceId) {
  return db
    .select()
    .from(namespaces)
    .where(and(visibleTo(actor), eq(namespaces.id, namespaceId)))
    .limit(1);
}

export function requireNamespace(rows: Namespace[], namespaceId: string): Namespace {
  const [row] = rows;
  if (!row) throw notFound('namespace', namespaceId);
  return row;
}

export async function namespaceByIdOrName(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  identifier: string,
): Promise<Namespace> {
  const named = or(eq(sql`${namespaces.id}`, identifier), eq(namespaces.name, identifier));
  // A name may look like another namespace's id: the id wins.
  const rows = await db
    .select()
    .from(namespaces)
    .where(and(visibleTo(actor), named))
    .orderBy(sql`${namespaces.id} <> ${identifier}`)
    .limit(1);
  return requireNamespace(rows, identifier);
}

/** Refuses when the actor may not know of one of them. */
export async function requireNamespaces(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceIds: NamespaceId[],
): Promise<void> {
  const rows = await db
    .select({ id: namespaces.id })
    .from(namespaces)
    .where(and(visibleTo(actor), inArray(namespaces.id, namespaceIds)));
  const missing = namespaceIds.find((id) => !rows.some((row) => row.id === id));
  if (missing) throw notFound('namespace', missing);
}

/** For keys of the whole organization: one that is bound would make what it may not know of. */
export async function createNamespace(deps: WriteDeps, actor: Actor, fields: NamespaceFields): Promise<Namespace> {
  requireScope(actor, 'namespaces:admin');
  if (actor.namespaceIds !== null)
    throw new Problem('forbidden', 'This key is bound to namespaces and makes no others', {
      details: { namespace_ids: [...actor.namespaceIds] },
    });
  const { db, ids, clock } = deps;
  const now = clock.now();
  const id = ids('namespace');
  const event = { organizationId: actor.organizationId, namespaceId: id, actor: actor.ref, subjectId: id };
  try {
    const room = namespaceQuota(actor.organizationId);
    const [[usage], , , made] = await db.batch([
      selectUsage(db, room),
      insertWhere(
        db,
        namespaces,
        { ...fields, id, organizationId: actor.organizationId, createdAt: now, updatedAt: now },
        room.hasRoom,
      ),
      record(deps, { ...event, type: 'namespace.created', data: { name: fields.name } }, previousChanged),
      selectNamespace(db, actor, id),
    ]);
    requireQuota(room, usage);
    return requireNamespace(made, id);
  } catch (error) {
    throw isUniqueViolation(error) ? nameTaken(fields.name) : error;
  }
}

export async function updateNamespace(
  deps: WriteDeps,
  actor: Actor,
  identifier: string,
  fields: Partial<NamespaceFields>,
): Promise<Namespace> {
  requireScope(actor, 'namespaces:admin');
  const before = await namespaceByIdOrName(deps, actor, identifier);
  if (fields.name !== undefined && fields.name !== before.name) requireNotDefault(before);
  const { db, clock } = deps;
  const { settings: changed = {}, ...columns } = fields;
  const named = [...Object.keys(columns), ...Object.keys(changed)];
  const settings = { ...before.settings, ...changed };
  const event = {
    organizationId: actor.organizationId,
    namespaceId: before.id,
    actor: actor.ref,
    subjectId: before.id,
  };
  try {
    const [rows] = await db.batch([
      db
        .update(namespaces)
        .set({ ...fields, settings, updatedAt: clock.now() })
        .where(and(visibleTo(actor), eq(namespaces.id, before.id)))
        .returning(),
      record(deps, { ...event, type: 'namespace.updated', data: { fields: named } }, previousChanged),
    ]);
    return requireNamespace(rows, identifier);
  } catch (error) {
    throw isUniqueViolation(error) ? nameTaken(fields.name ?? before.name) : error;
  }
}

export interface NamespaceFilter {
  search?: string;
  /** Skips rows; for clients that page by offset instead of by cursor. */
  offset: number;
}

export async function listNamespaces(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  filter: NamespaceFilter,
  page: PageRequest,
): Promise<Page<Namespace> & { total: number }> {
  // No LIKE: its wildcards would have to be escaped, and D1 bounds its pattern to 50 bytes.
  const found = sql`instr(lower(${namespaces.name}), lower(${filter.search})) > 0`;
  const matches = and(visibleTo(actor), filter.search ? found : undefined);
  const [rows, [count]] = await db.batch([
    db
      .select()
      .from(namespaces)
      .where(and(matches, page.cursor ? gt(sql`${namespaces.id}`, page.cursor) : undefined))
      .orderBy(asc(namespaces.id))
      .limit(page.limit + 1)
      .offset(filter.offset),
    db.select({ total: sql<number>`count(*)` }).from(namespaces).where(matches),
  ]);
  return { ...pageOf(rows, page.limit, (row) => row.id), total: count?.total ?? 0 };
}

/** Marks it deleted: from here on nothing in it is reachable. What it holds is undeployed and deleted by the pipeline. */
export async function markNamespaceDeleted(deps: WriteDeps, actor: Actor, namespaceId: NamespaceId): Promise<void> {
  const { db, clock } = deps;
  const event = { organizationId: actor.organizationId, namespaceId, actor: actor.ref, subjectId: namespaceId };
  await db.batch([
    db
      .update(namespaces)
      .set({ deletedAt: clock.now(), updatedAt: clock.now() })
      .where(and(visibleTo(actor), eq(namespaces.id, namespaceId))),
    record(deps, { ...event, type: 'namespace.deleted' }, previousChanged),
  ]);
}

/** Its name and its being there are what others find it by. */
export function requireNotDefault({ id, name }: Namespace): void {
  if (name !== defaultNamespaceName) return;
  throw new Problem('conflict', `The namespace ${name} stays, by that name: every organization has it`, {
    details: { resource: 'namespace', id },
  });
}

function nameTaken(name: string): Problem {
  return new Problem('conflict', `A namespace named ${name} already exists in this organization`, {
    details: { resource: 'namespace', name },
  });
}

// Finds the namespaces that an actor can see.
import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { NamespaceId } from '../core/ids.ts';
import { namespaces } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { type Actor, notFound, type Reader } from './actor.ts';

/** Every organization has this namespace; pipeline and storage plugins live in it (D20). */
export const defaultNamespaceName = 'default';

export type Namespace = typeof namespaces.$inferSelect;

/** SQL: the actor can see the namespace. Every namespace query has this condition. */
export function visibleTo(actor: Reader): SQL | undefined {
  return and(
    eq(namespaces.organizationId, actor.organizationId),
    isNull(namespaces.deletedAt),
    actor.namespaceIds === null ? undefined : inArray(namespaces.id, [...actor.namespaceIds]),
  );
}

/** Selects a namespace for a batch. Returns no row if the actor can't see it. */
export function selectNamespace(db: Deps['db'], actor: Reader, namespaceId: NamespaceId) {
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
  return requireNamespace(await selectNamespaceByIdOrName(db, actor, identifier), identifier);
}

/** Selects a namespace for a batch. Returns no row if the actor can't see it. */
export function selectNamespaceByIdOrName(db: Deps['db'], actor: Reader, identifier: string) {
  const matches = or(eq(sql`${namespaces.id}`, identifier), eq(namespaces.name, identifier));
  // A name may equal another namespace's ID. In that case, the ID takes precedence.
  return db
    .select()
    .from(namespaces)
    .where(and(visibleTo(actor), matches))
    .orderBy(sql`${namespaces.id} <> ${identifier}`)
    .limit(1);
}

/** Throws `not-found` if the actor can't see one of the namespaces. */
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

// Whose a plugin is: a namespace's or a whole organization's (D11). The catalogue's functions work for either.
import { and, eq, sql } from 'drizzle-orm';
import { isId, type NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { namespaces } from '../db/schema/access.ts';
import type { OwnerId } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { type Actor, notFound } from './actor.ts';
import { visibleTo } from './namespaces.ts';

/** A statement for a batch: one row when the actor may know of the owner, else none. */
export function selectOwner(db: Deps['db'], actor: Actor, ownerId: OwnerId) {
  const known = isNamespace(ownerId)
    ? sql`exists (select 1 from ${namespaces} where ${and(visibleTo(actor), eq(namespaces.id, ownerId))})`
    : sql`${ownerId} = ${actor.organizationId}`;
  return db
    .select({ id: sql<OwnerId>`${ownerId}` })
    .from(sql`(select 1)`)
    .where(known);
}

export function requireOwner(rows: { id: OwnerId }[], ownerId: OwnerId): void {
  if (rows.length === 0) throw notFound(isNamespace(ownerId) ? 'namespace' : 'organization', ownerId);
}

/** The organization as an owner, for keys of the whole organization: one that is bound to namespaces keeps to those. */
export function requireOrganizationKey(actor: Actor): OwnerId {
  if (actor.namespaceIds === null) return actor.organizationId;
  throw new Problem(
    'forbidden',
    'This key is bound to namespaces; the plugins of the organization are not among them',
    {
      details: { namespace_ids: [...actor.namespaceIds] },
    },
  );
}

function isNamespace(ownerId: OwnerId): ownerId is NamespaceId {
  return isId('namespace', ownerId);
}

/** The namespace an owner is, or null for an organization. */
export function namespaceOf(ownerId: OwnerId): NamespaceId | null {
  return isNamespace(ownerId) ? ownerId : null;
}

/** For messages: where a name is taken. */
export function formatOwner(ownerId: OwnerId): string {
  return isNamespace(ownerId) ? 'this namespace' : 'this organization';
}

// Finds and checks a plugin's owner: a namespace or a whole organization (D11). The catalog's functions accept either.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { isId, type NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { namespaces } from '../db/schema/access.ts';
import type { OwnerId } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { type Actor, notFound } from './actor.ts';
import { visibleTo } from './visible-namespaces.ts';

/** SQL: the actor can see the owner. */
export function isVisibleOwner(actor: Actor, ownerId: OwnerId): SQL {
  return isNamespace(ownerId)
    ? sql`exists (select 1 from ${namespaces} where ${and(visibleTo(actor), eq(namespaces.id, ownerId))})`
    : sql`${ownerId} = ${actor.organizationId}`;
}

/** Selects the owner for a batch. Returns no row if the actor can't see it. */
export function selectOwner(db: Deps['db'], actor: Actor, ownerId: OwnerId) {
  return db
    .select({ id: sql<OwnerId>`${ownerId}` })
    .from(sql`(select 1)`)
    .where(isVisibleOwner(actor, ownerId));
}

export function requireOwner(rows: { id: OwnerId }[], ownerId: OwnerId): void {
  if (rows.length === 0) throw notFound(isNamespace(ownerId) ? 'namespace' : 'organization', ownerId);
}

/** Returns the actor's organization as an owner. Throws if the actor's key is bound to namespaces. */
export function requireOrganizationKey(actor: Actor): OwnerId {
  if (actor.namespaceIds === null) return actor.organizationId;
  throw new Problem(
    'forbidden',
    "This key is bound to namespaces and cannot access the organization's own plugins. Use a key without namespaces.",
    {
      details: { namespace_ids: [...actor.namespaceIds] },
    },
  );
}

function isNamespace(ownerId: OwnerId): ownerId is NamespaceId {
  return isId('namespace', ownerId);
}

/** Returns the owner's namespace, or null if the owner is an organization. */
export function ownerNamespace(ownerId: OwnerId): NamespaceId | null {
  return isNamespace(ownerId) ? ownerId : null;
}

/** Returns the owner's name for messages. */
export function formatOwner(ownerId: OwnerId): string {
  return isNamespace(ownerId) ? 'this namespace' : 'this organization';
}

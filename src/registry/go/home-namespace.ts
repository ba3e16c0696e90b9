// Finds the namespace that holds an organization's Go plugins.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, type Reader } from '../../access/actor.ts';
import { defaultNamespaceName } from '../../access/visible-namespaces.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { namespaces } from '../../db/schema/access.ts';
import type { Deps } from '../../deps.ts';

/** SQL: the ID of the namespace that holds the organization's Go plugins (D20). */
export function homeNamespaceId({ organizationId }: Pick<Reader, 'organizationId'>): SQL<NamespaceId> {
  return sql<NamespaceId>`(select ${namespaces.id} from ${namespaces} where ${and(eq(namespaces.organizationId, organizationId), eq(namespaces.name, defaultNamespaceName), isNull(namespaces.deletedAt))})`;
}

/** Selects the home namespace for a batch, or no row. */
export function selectHomeNamespace(db: Deps['db'], actor: Reader) {
  return db
    .select({ id: namespaces.id })
    .from(namespaces)
    .where(eq(namespaces.id, homeNamespaceId(actor)));
}

/** Returns the least age of modules that the home namespace demands. */
export async function moduleAge({ db }: Pick<Deps, 'db'>, owner: Pick<Reader, 'organizationId'>) {
  const [namespace] = await db
    .select({ age: namespaces.dependenciesOlderThan })
    .from(namespaces)
    .where(eq(namespaces.id, homeNamespaceId(owner)));
  return namespace?.age;
}

/** Throws not-found for keys restricted to other namespaces. */
export function requireHomeNamespace([row]: { id: NamespaceId }[], { namespaceIds }: Reader): NamespaceId {
  if (!row || (namespaceIds !== null && !namespaceIds.has(row.id))) throw notFound('namespace', defaultNamespaceName);
  return row.id;
}

export async function homeNamespace({ db }: Pick<Deps, 'db'>, actor: Actor): Promise<NamespaceId> {
  return requireHomeNamespace(await selectHomeNamespace(db, actor), actor);
}

// Who is asking. Authorization asks the actor; a refusal never tells whether another organization's thing exists.
import type { ActorRef } from '../contract/events.ts';
import type { Scope } from '../contract/scopes.ts';
import type { NamespaceId, OrganizationId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';

export interface Actor {
  ref: ActorRef;
  organizationId: OrganizationId;
  scopes: ReadonlySet<Scope>;
  /** Null: every namespace of the organization. */
  namespaceIds: ReadonlySet<NamespaceId> | null;
  /** When it can do nothing any more. */
  expiresAt: number | null;
  /** Of the secret that was sent; null: it needs none. */
  secretHash: string | null;
}

/** Whoever sends no key, where the operator allows that (design §8): all of what those surfaces do, in one organization. */
export function anonymousActor(organizationId: OrganizationId): Actor {
  return {
    ref: { type: 'anonymous', id: 'anonymous' },
    organizationId,
    scopes: new Set(['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke']),
    namespaceIds: null,
    expiresAt: null,
    secretHash: null,
  };
}

export function requireScope(actor: Actor, scope: Scope): void {
  if (!actor.scopes.has(scope)) {
    throw new Problem('forbidden', `This key lacks the scope ${scope}`, { details: { required_scope: scope } });
  }
}

/** Whether the key may know of the namespace at all; the answer to "no" is the 404 of a namespace that doesn't exist. */
export function seesNamespace(actor: Actor, namespaceId: NamespaceId): boolean {
  return actor.namespaceIds === null || actor.namespaceIds.has(namespaceId);
}

/** The one refusal for what is absent and for what belongs to another organization. */
export function notFound(resource: string, id: string): Problem {
  const words = resource.charAt(0).toUpperCase() + resource.slice(1);
  return new Problem('not-found', `${words} not found: ${id}`, { details: { resource, id } });
}

// Defines a request's actor and checks its scopes. Errors never reveal whether another organization's resource exists.
import type { SQL } from 'drizzle-orm';
import type { ActorRef } from '../contract/actor.ts';
import type { CallLimit } from '../contract/call-limits.ts';
import { type Role, roleScopes } from '../contract/identity.ts';
import type { Scope } from '../contract/scopes.ts';
import { iso } from '../core/clock.ts';
import {
  type ApiKeyId,
  type Id,
  type IdKind,
  isId,
  type NamespaceId,
  type OrganizationId,
  type PersonId,
} from '../core/ids.ts';
import { Problem } from '../core/problem.ts';

export interface Actor {
  ref: ActorRef;
  organizationId: OrganizationId;
  /** Null for an actor without a key. */
  keyId: ApiKeyId | null;
  /** Null unless a person acts. */
  personId: PersonId | null;
  /** True for a CI job whose versions always wait for approval. */
  stageOnly: boolean;
  /** The plugins that a CI job may change: a name, or a prefix that ends with `*`. Null for other actors. */
  pluginPattern: string | null;
  /** The limit of the key's calls. Null for none. */
  callLimit: CallLimit | null;
  scopes: ReadonlySet<Scope>;
  /** Null for every namespace in the organization. */
  namespaceIds: ReadonlySet<NamespaceId> | null;
  /** The one path that the key works for, with what is below it. Null for all paths. */
  path: string | null;
  /** When the actor's access ends. */
  expiresAt: number | null;
  /** SHA-256 of the sent secret. Null for an actor without a key. */
  secretHash: string | null;
}

/** The rights of an actor, in whichever organization. */
export type Rights = Omit<Actor, 'organizationId'>;

/** Owner of the rows that a query may read: an actor, or the owner of a key that the same batch looks up. */
export interface Reader {
  organizationId: OrganizationId | SQL<OrganizationId>;
  namespaceIds: Actor['namespaceIds'];
}

/** The fields of an actor without a key. */
export const withoutKey = {
  keyId: null,
  personId: null,
  stageOnly: false,
  pluginPattern: null,
  callLimit: null,
  path: null,
  expiresAt: null,
  secretHash: null,
} as const;

/** The actor for a request without a key, if the operator allows such requests (design §8). It belongs to one organization. */
export function anonymousActor(organizationId: OrganizationId): Actor {
  return {
    ref: { type: 'anonymous', id: 'anonymous' },
    organizationId,
    ...withoutKey,
    scopes: new Set(['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke']),
    namespaceIds: null,
  };
}

/** Scopes that change nothing of a plugin. */
const harmlessScopes: ReadonlySet<Scope> = new Set(['plugins:read', 'plugins:invoke']);

/**
 * Throws unless the actor has the scope. A CI job with a plugin pattern may change only these plugins, so whatever it asks for beyond
 * reading and calling must name one.
 */
export function requireScope(actor: Rights, scope: Scope, plugin?: string): void {
  requireScopeSomewhere(actor, scope);
  const { pluginPattern } = actor;
  if (pluginPattern === null || harmlessScopes.has(scope)) return;
  if (plugin !== undefined && coversPlugin(pluginPattern, plugin)) return;
  const what = plugin === undefined ? 'This request is about more than one plugin' : `This is ${plugin}`;
  throw new Problem('forbidden', `This CI job may only publish ${pluginPattern}. ${what}.`, {
    details: { plugin: pluginPattern },
    hint: 'Add a trusted publisher for the plugin: `slipway trust add`.',
  });
}

/** Like `requireScope`, before the plugin is known. The caller checks again when it is. */
export function requireScopeSomewhere(actor: Rights, scope: Scope): void {
  if (actor.scopes.has(scope)) return;
  throw new Problem('forbidden', `This key lacks the scope ${scope}`, { details: { required_scope: scope } });
}

/** Returns whether the actor can see the namespace. If it can't, the response is the same 404 as for a missing namespace. */
export function canSeeNamespace(actor: Actor, namespaceId: NamespaceId): boolean {
  return actor.namespaceIds === null || actor.namespaceIds.has(namespaceId);
}

const pluginHint =
  'Check the name, the version and the namespace: `slipway list` shows what this key can see there. A version appears when its upload has been confirmed.';

/** Returns the error for a resource that doesn't exist or belongs to another organization. */
export function notFound(resource: string, id: string): Problem {
  const title = resource.charAt(0).toUpperCase() + resource.slice(1);
  return new Problem('not-found', `${title} not found: ${id}`, {
    details: { resource, id },
    ...(resource === 'plugin' ? { hint: pluginHint } : {}),
  });
}

/** Returns the text as an ID. Text that isn't one gets the same response as a missing resource. */
export function requireId<K extends IdKind>(kind: K, text: string, resource: string = kind): Id<K> {
  if (!isId(kind, text)) throw notFound(resource, text);
  return text;
}

/** `because` explains what the request needs beyond a namespace, such as "the export covers the whole organization". */
export function requireUnbound({ namespaceIds }: Actor, because: string): void {
  if (namespaceIds === null) return;
  throw new Problem('forbidden', `This key is bound to namespaces, but ${because}. Use a key without namespaces.`, {
    details: { namespace_ids: [...namespaceIds] },
  });
}

/** Checks that the actor has all that the role has, for as long as someone may have the role. */
export function requireMayGrantRole(actor: Rights, role: Role): void {
  for (const scope of roleScopes[role]) requireScope(actor, scope);
  requireLasting(actor, 'a membership');
}

/** Throws if the actor's key ends, since what it grants doesn't. A person's own access outlasts their keys. */
export function requireLasting({ expiresAt, personId }: Rights, what: string): void {
  if (personId !== null || expiresAt === null) return;
  throw new Problem(
    'forbidden',
    `This key expires at ${iso(expiresAt)}, but ${what} has no end. Use a key without an end, or sign in.`,
    { details: { expires_at: iso(expiresAt) } },
  );
}

/** Patterns of plugin names: a name, a prefix that ends with `*`, or `*` for every plugin of a namespace. */
export const pluginPattern = /^(?:[a-zA-Z][a-zA-Z0-9_]{2,63}|(?:[a-zA-Z][a-zA-Z0-9_]{0,62})?\*)$/;

export function coversPlugin(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

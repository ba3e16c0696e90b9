// Limits API keys to a path, so that an agent's key can reach one set of tools and nothing else.
import type { NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { type Actor, notFound, requireId } from './actor.ts';

/**
 * Returns a new key's namespaces: as requested, or its path's, or those of the actor's key. The key must be able to see the namespace of
 * its path. So a key with a path is always bound to namespaces, and never counts as one that manages all keys.
 */
export function grantedNamespaces(
  actor: Actor,
  { namespaceIds, path }: { namespaceIds: NamespaceId[] | null; path?: string | null | undefined },
): NamespaceId[] | null {
  if (path == null) return namespaceIds ?? (actor.namespaceIds && [...actor.namespaceIds]);
  const ofPath = requireId('namespace', path.split('/')[3] ?? '');
  if (namespaceIds?.includes(ofPath) === false) throw notFound('namespace', ofPath);
  return namespaceIds ?? [ofPath];
}

/** Returns whether the path is the folder or below it. */
export function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/**
 * Throws unless the key works for the request. `path` is what the router matches. It has decoded the URL, and a route may decode a
 * parameter again, so an encoded path is refused.
 */
export function requireOnPath({ path: own }: Actor, { path, url }: { path: string; url: string }): void {
  if (own === null || (isBelow(path, own) && !new URL(url).pathname.includes('%'))) return;
  throw new Problem('forbidden', `This key works only for ${own} and what is below it.`, { details: { path: own } });
}

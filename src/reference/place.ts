// Finds the page for an address. Old addresses, with the group or operation after `#`, still work.
import type { ReferenceIndex } from '../contract/reference.ts';

export interface Place {
  kind: 'guide' | 'overview' | 'group' | 'operation';
  /** The guide's name in addresses, which is empty for the first one. */
  id: string;
  /** The page's current address, if an old one was used. */
  movedTo?: string;
}

export function findPlace({ pathname, hash }: { pathname: string; hash: string }, index: ReferenceIndex): Place {
  const [, kind, id = ''] = /^\/docs\/(groups|operations)\/([^/]+)$/.exec(pathname) ?? [];
  if (kind === 'groups') return { kind: 'group', id };
  if (kind === 'operations') return { kind: 'operation', id };
  if (pathname === apiPath) return { kind: 'overview', id: '' };
  const [, guide] = /^\/docs\/guides\/(.+?)\/?$/.exec(pathname) ?? [];
  if (guide !== undefined) return { kind: 'guide', id: guide };
  return earlierPlace(hash.slice(1), index) ?? { kind: 'guide', id: '' };
}

function earlierPlace(name: string, { groups }: ReferenceIndex): Place | undefined {
  const group = groups.find(({ id }) => name === `group-${id}`);
  if (group) return { kind: 'group', id: group.id, movedTo: groupPath(group.id) };
  const operation = groups.flatMap(({ operations }) => operations).find(({ id }) => id === name);
  return operation && { kind: 'operation', id: operation.id, movedTo: operationPath(operation.id) };
}

/** The overview of the API reference. */
export const apiPath = '/docs/api';

export function groupPath(id: string): string {
  return `/docs/groups/${id}`;
}

export function operationPath(id: string): string {
  return `/docs/operations/${id}`;
}

// Finds the page that an address names. Addresses of earlier versions, with the group or the operation after `#`, still lead to it.
import type { ReferenceIndex } from '../contract/reference.ts';

export interface Place {
  kind: 'overview' | 'group' | 'operation';
  id: string;
  /** The address of the page, for one that named it in the earlier way. */
  movedTo?: string;
}

export function findPlace({ pathname, hash }: { pathname: string; hash: string }, index: ReferenceIndex): Place {
  const [, kind, id = ''] = /^\/docs\/(groups|operations)\/([^/]+)$/.exec(pathname) ?? [];
  if (kind === 'groups') return { kind: 'group', id };
  if (kind === 'operations') return { kind: 'operation', id };
  return earlierPlace(hash.slice(1), index) ?? { kind: 'overview', id: '' };
}

function earlierPlace(name: string, { groups }: ReferenceIndex): Place | undefined {
  const group = groups.find(({ id }) => name === `group-${id}`);
  if (group) return { kind: 'group', id: group.id, movedTo: groupPath(group.id) };
  const operation = groups.flatMap(({ operations }) => operations).find(({ id }) => id === name);
  return operation && { kind: 'operation', id: operation.id, movedTo: operationPath(operation.id) };
}

export function groupPath(id: string): string {
  return `/docs/groups/${id}`;
}

export function operationPath(id: string): string {
  return `/docs/operations/${id}`;
}

// Refuses keys that are bound to namespaces for what covers the whole organization.
import { Problem } from '../core/problem.ts';
import type { Actor } from './actor.ts';

/** `because` says what is not of a namespace, as in "the export covers the whole organization". */
export function requireUnbound({ namespaceIds }: Actor, because: string): void {
  if (namespaceIds === null) return;
  throw new Problem('forbidden', `This key is bound to namespaces, but ${because}. Use a key without namespaces.`, {
    details: { namespace_ids: [...namespaceIds] },
  });
}

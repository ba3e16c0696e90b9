// The page's namespace or, on organization pages, the last one visited, which the navigation returns to.
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';

const storageKey = 'slipway-namespace';

export function useNamespace(): string | undefined {
  const { namespace } = useParams({ strict: false });
  useEffect(() => {
    if (namespace !== undefined) sessionStorage.setItem(storageKey, namespace);
  }, [namespace]);
  return namespace ?? sessionStorage.getItem(storageKey) ?? undefined;
}

/**
 * Forgets the namespace, since the next session may belong to a different organization. With an ID, forgets it only if it is that
 * deleted namespace.
 */
export function forgetNamespace(deleted?: string): void {
  if (deleted === undefined || sessionStorage.getItem(storageKey) === deleted) sessionStorage.removeItem(storageKey);
}

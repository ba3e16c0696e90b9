// The namespace of the page, or on pages of the organization the one that was visited last: the navigation leads back to it.
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

/** Another session may belong to another organization. With an ID: only that namespace, which is deleted. */
export function forgetNamespace(deleted?: string): void {
  if (deleted === undefined || sessionStorage.getItem(storageKey) === deleted) sessionStorage.removeItem(storageKey);
}

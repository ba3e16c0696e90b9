// Signing in by a key or a link, and the session that every page needs.
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { SlipwayClient } from '../../client/client.ts';
import { ApiError } from '../../client/errors.ts';
import { api, setCsrf } from './api.ts';
import { forgetNamespace } from './namespace.ts';

/** The session, or null if the browser is not signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async () => {
    try {
      const session = await api.get('/v1/session');
      setCsrf(session.csrf_token);
      return session.key;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** Forgets what the API returned to the session that ended. Pages then lead to signing in. */
export function endSession(queries: QueryClient): void {
  setCsrf(null);
  forgetNamespace();
  queries.setQueryData(sessionQuery.queryKey, null);
}

/** The key is sent once, as other clients send it, and is not kept. */
export async function signInWithKey(apiKey: string): Promise<void> {
  await new SlipwayClient({ baseUrl: location.origin, apiKey }).post('/v1/session');
}

export async function signOut(): Promise<void> {
  await api.delete('/v1/session');
}

/**
 * Signs in if the address is a sign-in link, and removes its secret from the address. Runs before the first page is loaded, since
 * the link works once.
 */
export async function openLinkOfAddress(): Promise<void> {
  const link = /^#link=(sl_[0-9A-Za-z]+)$/.exec(location.hash)?.[1];
  if (link === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  try {
    await api.post('/v1/session/links/use', { body: { link } });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    history.replaceState(null, '', `/sign-in?${new URLSearchParams({ failed: reason })}`);
  }
}

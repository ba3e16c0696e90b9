// Signs in with a key or a link, and provides the session that every page needs.
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { SlipwayClient } from '../../client/client.ts';
import { ApiError } from '../../client/errors.ts';
import { api, setCsrf } from './api.ts';
import { forgetNamespace } from './namespace.ts';

/** The session, or null if the browser is not signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }) => {
    try {
      const session = await api.get('/v1/session', { signal });
      setCsrf(session.csrf_token);
      return session.key;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

/** Clears the ended session's API data. Pages then redirect to the sign-in page. */
export function endSession(queries: QueryClient): void {
  setCsrf(null);
  forgetNamespace();
  queries.removeQueries({ type: 'inactive' });
  queries.setQueryData(sessionQuery.queryKey, null);
}

/** Reads the new session. A read that began before it existed may still be waiting, and counts for nothing. */
export async function beginSession(queries: QueryClient): Promise<void> {
  await queries.cancelQueries(sessionQuery);
  endSession(queries);
  await queries.fetchQuery({ ...sessionQuery, staleTime: 0 });
}

/** Sends the key once, as other clients do, and doesn't keep it. */
export async function signInWithKey(apiKey: string): Promise<void> {
  await new SlipwayClient({ baseUrl: location.origin, apiKey }).post('/v1/session');
}

export async function signOut(): Promise<void> {
  await api.delete('/v1/session');
}

/** Secret of the opened sign-in link. The address bar and the history don't keep it. */
let openedLink: string | null = null;

/** Reads what a link is for, or why it can't be used. Pages treat a 401 as the end of the session, which a used link is not. */
export async function readLink<Read>(reading: Promise<Read>): Promise<{ read?: Read; refusal?: string }> {
  try {
    return { read: await reading };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return { refusal: error.message };
    throw error;
  }
}

/**
 * Redirects from a sign-in link to a confirmation page, since anyone may have sent the link to sign this browser in to their own
 * organization.
 */
export function takeLinkFromAddress(): void {
  const link = /^#link=(sl_[0-9A-Za-z]+)$/.exec(location.hash)?.[1];
  if (link === undefined) return;
  openedLink = link;
  history.replaceState(null, '', `/sign-in?${new URLSearchParams({ next: location.pathname })}`);
}

export function linkToConfirm(): string | null {
  return openedLink;
}

export function dismissLink(): void {
  openedLink = null;
}

/** Reads whom the link would sign in, or why it can't. */
export function linkOwnerQuery(link: string) {
  return queryOptions({
    queryKey: ['sign-in-link', link],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => readLink(api.post('/v1/session/links/read', { body: { link } })),
  });
}

export async function signInWithLink(link: string): Promise<void> {
  await api.post('/v1/session/links/use', { body: { link } });
}

// The sign-in page, the page of `slipway login`, and the frame of all other pages, which need a session.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { keyNamesQuery } from '../data/account-queries.ts';
import type { Schemas } from '../data/api.ts';
import { sessionQuery } from '../data/session.ts';
import { SignInPage } from '../pages/organization/sign-in.tsx';
import { lazyPage } from '../parts/connection/load-code.ts';
import { Layout } from '../parts/frame/layout.tsx';

/** A text in the query string. */
export const text = z.optional(z.string());

export const root = createRootRouteWithContext<{ queries: QueryClient }>()();

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ next: text, organization: text }),
  component: SignInPage,
});

export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Layout,
  beforeLoad: ({ context: { queries }, location }) => requireSession(queries, location.pathname),
});

const given = z.optional(z.unknown());

/** Its page checks the query string, and says what is missing. */
export const cliSignIn = createRoute({
  getParentRoute: () => root,
  path: '/cli-sign-in',
  validateSearch: z.object({ name: given, code_challenge: given, port: given, state: given, organization: text }),
  beforeLoad: ({ context: { queries }, location, search }) =>
    requireSession(queries, location.href, search.organization),
  component: lazyPage(() => import('../pages/organization/cli-sign-in.tsx'), 'CliSignInPage'),
});

/** Returns the session's key, or goes to the sign-in page and from there to `next`. */
async function requireSession(queries: QueryClient, next: string, organization?: string) {
  const key = await queries.ensureQueryData(sessionQuery);
  if (key !== null) return { key };
  queries.removeQueries({ queryKey: sessionQuery.queryKey });
  throw redirect({ to: '/sign-in', search: { next, ...(organization === undefined ? {} : { organization }) } });
}

/** Prefetches key names for pages that show who did something. */
export function prefetchKeyNames({ queries, key }: { queries: QueryClient; key: Schemas['ApiKey'] }): void {
  if (key.scopes.includes('keys:admin')) void queries.prefetchQuery(keyNamesQuery);
}

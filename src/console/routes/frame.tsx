// The sign-in page, and the frame of all other pages, which need a session.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { keyNamesQuery } from '../data/account-queries.ts';
import type { Schemas } from '../data/api.ts';
import { sessionQuery } from '../data/session.ts';
import { SignInPage } from '../pages/organization/sign-in.tsx';
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
  beforeLoad: async ({ context: { queries }, location }) => {
    const key = await queries.ensureQueryData(sessionQuery);
    if (key === null) {
      queries.removeQueries({ queryKey: sessionQuery.queryKey });
      throw redirect({ to: '/sign-in', search: { next: location.pathname } });
    }
    return { key };
  },
});

/** Prefetches key names for pages that show who did something. */
export function prefetchKeyNames({ queries, key }: { queries: QueryClient; key: Schemas['ApiKey'] }): void {
  if (key.scopes.includes('keys:admin')) void queries.prefetchQuery(keyNamesQuery);
}

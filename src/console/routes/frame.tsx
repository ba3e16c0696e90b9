// The sign-in page, and the frame of all pages that need a session.
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import type { EventFilter } from '../data/events/event-filter.ts';
import { sessionQuery } from '../data/session.ts';
import { Layout } from '../parts/frame/layout.tsx';

/** A text in the query string. */
export const text = z.optional(z.string());

/** An event type in the query string. The server knows which types exist. */
export const eventType = z.optional(z.custom<EventFilter>((value) => typeof value === 'string' && value.length <= 100));

export const root = createRootRouteWithContext<{ queries: QueryClient; shownPath: () => string }>()({});

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({ next: text, organization: text }),
  component: lazyPage(() => import('../pages/organization/sign-in.tsx'), 'SignInPage'),
});

export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Layout,
  beforeLoad: ({ context: { queries }, location }) => requireSession(queries, location.href),
});

/** Returns the session's key, or goes to the sign-in page and from there to `next`. */
export async function requireSession(queries: QueryClient, next: string, organization?: string) {
  const key = await queries.ensureQueryData(sessionQuery);
  if (key !== null) return { key };
  queries.removeQueries({ queryKey: sessionQuery.queryKey });
  throw redirect({ to: '/sign-in', search: { next, ...(organization === undefined ? {} : { organization }) } });
}

// Organization pages: namespaces, events, quotas, keys. Filters are in the query string.
import { createRoute, redirect } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import { budgetQuery, keyStates, keysQuery, quotasQuery } from '../data/account-queries.ts';
import { eventsQuery, namespacesQuery } from '../data/queries.ts';
import { tableSearch } from '../parts/table-view.ts';
import { eventType, signedIn, text } from './frame.tsx';

const namespaces = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  staticData: { title: 'Namespaces' },
  validateSearch: z.object({ ...tableSearch, all: z.optional(z.boolean()) }),
  loader: ({ context: { queries } }) => void queries.prefetchQuery(namespacesQuery),
  component: lazyPage(() => import('../pages/organization/namespaces.tsx'), 'NamespacesPage'),
});

const events = createRoute({
  getParentRoute: () => signedIn,
  path: '/events',
  staticData: { title: 'Events', menu: { in: 'Logs', order: 2, scope: 'audit:read', keys: 'ea' } },
  validateSearch: z.object({
    type: eventType,
    subject: text,
    who: text,
    namespace: text,
    since: text,
    until: text,
    order: z.optional(z.enum(['desc', 'asc'])),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    void context.queries.prefetchInfiniteQuery(eventsQuery(deps));
  },
  component: lazyPage(() => import('../pages/events/events.tsx'), 'EventsPage'),
});

const quotas = createRoute({
  getParentRoute: () => signedIn,
  path: '/quotas',
  staticData: { title: 'Usage', menu: { in: 'Usage', order: 1, keys: 'q' } },
  validateSearch: z.object({ namespace: text }),
  loader: ({ context: { key, queries } }) => {
    void queries.prefetchQuery(quotasQuery);
    void queries.prefetchQuery(namespacesQuery);
    if (key.scopes.includes('plugins:read')) void queries.prefetchQuery(budgetQuery);
  },
  component: lazyPage(() => import('../pages/organization/quotas.tsx'), 'QuotasPage'),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  staticData: {
    title: 'API keys',
    menu: { in: 'Access', order: 2, scope: 'keys:admin', keys: 'k' },
  },
  validateSearch: z.object({ status: z.optional(z.enum(keyStates)) }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { queries }, deps: { status } }) => void queries.prefetchInfiniteQuery(keysQuery(status)),
  component: lazyPage(() => import('../pages/organization/keys.tsx'), 'KeysPage'),
});

const usageHistory = createRoute({
  getParentRoute: () => signedIn,
  path: '/quotas/months',
  staticData: { title: 'Twelve months', under: '/quotas' },
  validateSearch: z.object({
    of: text,
    resource: z.catch(z.optional(z.enum(['instance_seconds', 'stored_bytes'])), undefined),
    by: z.catch(z.optional(z.literal('plugin')), undefined),
  }),
  component: lazyPage(() => import('../pages/organization/usage-history.tsx'), 'UsageHistoryPage'),
});

/** Redirects from the path that the page's title suggests. */
const usage = createRoute({
  getParentRoute: () => signedIn,
  path: '/usage',
  beforeLoad: () => {
    throw redirect({ to: '/quotas', search: {}, replace: true });
  },
});

export const organizationRoutes = [namespaces, events, quotas, usageHistory, usage, keys] as const;

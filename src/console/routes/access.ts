// Pages about what plugins may do: the scan policy and grants.
import { createRoute } from '@tanstack/react-router';
import { Handshake, Shield } from 'lucide-react';
import { z } from 'zod/mini';
import { grantsQuery, policyQuery } from '../data/access-queries.ts';
import { namespacesQuery } from '../data/queries.ts';
import { lazyPage } from '../parts/connection/load-code.ts';
import { tableSearch } from '../parts/table-view.ts';
import { prefetchKeyNames, signedIn } from './frame.tsx';

const policy = createRoute({
  getParentRoute: () => signedIn,
  path: '/policy',
  staticData: { title: 'Policy', menu: { group: 'Access', order: 3, icon: Shield, scope: 'policy:admin' } },
  validateSearch: z.object({ ...tableSearch, preview: z.catch(z.optional(z.enum(['seed', 'strict'])), undefined) }),
  loader: ({ context }) => {
    void context.queries.prefetchQuery(policyQuery);
    prefetchKeyNames(context);
  },
  component: lazyPage(() => import('../pages/access/policy.tsx'), 'PolicyPage'),
});

const grants = createRoute({
  getParentRoute: () => signedIn,
  path: '/grants',
  staticData: { title: 'Grants', menu: { group: 'Access', order: 5, icon: Handshake, scope: 'policy:admin' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(grantsQuery);
    void context.queries.prefetchQuery(namespacesQuery);
    prefetchKeyNames(context);
  },
  component: lazyPage(() => import('../pages/access/grants.tsx'), 'GrantsPage'),
});

export const accessRoutes = [policy, grants] as const;

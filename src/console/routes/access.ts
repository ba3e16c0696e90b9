// Pages about who may do what: members, the person's own account, the scan policy and grants.
import { createRoute } from '@tanstack/react-router';
import { Handshake, Shield, Users } from 'lucide-react';
import { z } from 'zod/mini';
import { grantsQuery, policyQuery } from '../data/access-queries.ts';
import {
  invitationsQuery,
  membersQuery,
  personalKeysQuery,
  personQuery,
  personSessionsQuery,
} from '../data/people-queries.ts';
import { namespacesQuery } from '../data/queries.ts';
import { signInIssuersQuery } from '../data/session.ts';
import { lazyPage } from '../parts/connection/load-code.ts';
import { tableSearch } from '../parts/table-view.ts';
import { prefetchKeyNames, signedIn } from './frame.tsx';

const members = createRoute({
  getParentRoute: () => signedIn,
  path: '/members',
  staticData: { title: 'Members', menu: { group: 'Access', order: 1, icon: Users, scope: 'keys:admin' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(membersQuery);
    void context.queries.prefetchInfiniteQuery(invitationsQuery);
    void context.queries.prefetchQuery(signInIssuersQuery(context.key.organization_id));
    void context.queries.prefetchQuery(namespacesQuery);
    prefetchKeyNames(context);
  },
  component: lazyPage(() => import('../pages/people/members.tsx'), 'MembersPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  staticData: { title: 'Your sessions and keys' },
  validateSearch: z.object(tableSearch),
  loader: ({ context: { queries } }) => {
    void queries.prefetchQuery(personQuery);
    void queries.prefetchQuery(personSessionsQuery);
    void queries.prefetchQuery(personalKeysQuery);
    void queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(() => import('../pages/people/account.tsx'), 'AccountPage'),
});

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

export const accessRoutes = [members, account, policy, grants] as const;

// Pages of the organization's members, and of the person's own account.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { namespacesQuery } from '../../data/queries.ts';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import { signedIn } from '../../routes/frame.tsx';
import { invitationsQuery, membersQuery, personalKeysQuery, personQuery, personSessionsQuery } from './queries.ts';
import { signInIssuersQuery } from './signing-in.ts';

const members = createRoute({
  getParentRoute: () => signedIn,
  path: '/members',
  staticData: { title: 'Members', menu: { in: 'Access', order: 1, scope: 'keys:admin' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(membersQuery);
    void context.queries.prefetchInfiniteQuery(invitationsQuery);
    void context.queries.prefetchQuery(signInIssuersQuery(context.key.organization_id));
    void context.queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(() => import('./members.tsx'), 'MembersPage'),
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
  component: lazyPage(() => import('./account.tsx'), 'AccountPage'),
});

export const pages = [members, account] as const;

// Pages about what plugins may do: the scan policy.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import { policyQuery } from '../data/access-queries.ts';
import { tableSearch } from '../parts/table-view.ts';
import { signedIn } from './frame.tsx';

const policy = createRoute({
  getParentRoute: () => signedIn,
  path: '/policy',
  staticData: { title: 'Policy', menu: { in: 'Policy', order: 1, scope: 'policy:admin' } },
  validateSearch: z.object({ ...tableSearch, preview: z.catch(z.optional(z.enum(['seed', 'strict'])), undefined) }),
  loader: ({ context }) => {
    void context.queries.prefetchQuery(policyQuery);
  },
  component: lazyPage(() => import('../pages/access/policy.tsx'), 'PolicyPage'),
});

export const accessRoutes = [policy] as const;

// Pages about incoming code: advisories and approvals.
import { createRoute } from '@tanstack/react-router';
import { BadgeCheck, ShieldAlert } from 'lucide-react';
import { z } from 'zod/mini';
import { advisoriesQuery, severities } from '../data/advisories/advisory-queries.ts';
import { approvalsQuery } from '../data/source/approval-queries.ts';
import { lazyPage } from '../parts/connection/load-code.ts';
import { tableSearch } from '../parts/table-view.ts';
import { prefetchKeyNames, signedIn, text } from './frame.tsx';

const approvals = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals',
  staticData: {
    title: 'Approvals',
    menu: { group: 'Delivery', order: 0, icon: BadgeCheck, scope: 'plugins:read' },
  },
  validateSearch: z.object({ ...tableSearch, of: text, plugin: text }),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(approvalsQuery);
    prefetchKeyNames(context);
  },
  component: lazyPage(() => import('../pages/approvals/approvals.tsx'), 'ApprovalsPage'),
});

const advisories = createRoute({
  getParentRoute: () => signedIn,
  path: '/advisories',
  staticData: { title: 'Advisories', menu: { group: '', order: 8, icon: ShieldAlert, scope: 'plugins:read' } },
  validateSearch: z.object({
    ...tableSearch,
    live: z.optional(z.boolean()),
    plugin: text,
    severity: z.catch(z.optional(z.enum(severities)), undefined),
  }),
  loaderDeps: ({ search: { live, plugin, severity } }) => ({ live, plugin, severity }),
  loader: ({ context: { queries }, deps }) => void queries.prefetchInfiniteQuery(advisoriesQuery(deps)),
  component: lazyPage(() => import('../pages/advisories/advisories.tsx'), 'AdvisoriesPage'),
});

export const sourceRoutes = [advisories, approvals] as const;

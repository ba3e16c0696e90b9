// Pages about incoming code: advisories.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import { advisoriesQuery, severities } from '../data/advisories/advisory-queries.ts';
import { tableSearch } from '../parts/table-view.ts';
import { signedIn, text } from './frame.tsx';

const advisories = createRoute({
  getParentRoute: () => signedIn,
  path: '/advisories',
  staticData: { title: 'Advisories', menu: { in: 'Advisories', order: 1, scope: 'plugins:read' } },
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

export const sourceRoutes = [advisories] as const;

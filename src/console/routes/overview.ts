// A namespace's start page.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import { quotasQuery } from '../data/account-queries.ts';
import { needsQuery } from '../data/needs.ts';
import { deploymentsQuery } from '../data/queries.ts';
import { prefetchPlugins } from '../parts/plugins/use-plugins.ts';
import { tableSearch } from '../parts/table-view.ts';
import { signedIn } from './frame.tsx';

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace',
  staticData: { title: 'Overview', menu: { in: 'Overview', order: 1, keys: 'o' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context, params: { namespace } }) => {
    prefetchPlugins(context.queries, namespace);
    void context.queries.prefetchInfiniteQuery(deploymentsQuery(namespace, {}));
    void context.queries.prefetchQuery(quotasQuery);
    void context.queries.prefetchQuery(needsQuery(namespace));
  },
  component: lazyPage(() => import('../pages/overview/overview.tsx'), 'OverviewPage'),
});

export const overviewRoutes = [overview] as const;

// A namespace's start page.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { budgetQuery, quotasQuery } from '../data/account-queries.ts';
import { advisoriesQuery, criticalLive } from '../data/advisories/advisory-queries.ts';
import { deploymentsQuery } from '../data/queries.ts';
import { prefetchPlugins } from '../data/use-plugins.ts';
import { featureAttention } from '../feature-attention.gen.ts';
import { lazyPage } from '../parts/connection/load-code.ts';
import { tableSearch } from '../parts/table-view.ts';
import type { AttentionItems } from '../points/attention-items.ts';
import { prefetchKeyNames, signedIn } from './frame.tsx';

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace',
  staticData: { title: 'Overview', menu: { in: 'Overview', order: 1, keys: 'o' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context, params: { namespace } }) => {
    prefetchPlugins(context.queries, namespace);
    void context.queries.prefetchInfiniteQuery(deploymentsQuery(namespace, {}));
    void context.queries.prefetchQuery(quotasQuery);
    void context.queries.prefetchQuery(budgetQuery);
    const attention: readonly AttentionItems[] = featureAttention;
    for (const { load } of attention) load(context.queries);
    void context.queries.prefetchInfiniteQuery(advisoriesQuery(criticalLive));
    prefetchKeyNames(context);
  },
  component: lazyPage(() => import('../pages/overview/overview.tsx'), 'OverviewPage'),
});

export const overviewRoutes = [overview] as const;

// Declares what the console shows of builders and clusters.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../connection/load-code.ts';
import { settingsQuery } from '../../data/account-queries.ts';
import { tableSearch } from '../../parts/table-view.ts';
import { signedIn } from '../../routes/frame.tsx';
import { buildersQuery, clustersQuery } from './queries.ts';

const clusters = createRoute({
  getParentRoute: () => signedIn,
  path: '/clusters',
  staticData: {
    title: 'Capacity',
    menu: { in: 'Capacity', order: 1, words: 'builders, GPUs and clusters', scope: 'plugins:read' },
  },
  validateSearch: z.object(tableSearch),
  loader: ({ context: { key, queries } }) => {
    void queries.prefetchQuery(buildersQuery);
    void queries.prefetchInfiniteQuery(clustersQuery);
    if (key.scopes.includes('keys:admin')) void queries.prefetchQuery(settingsQuery);
  },
  component: lazyPage(() => import('./clusters.tsx'), 'ClustersPage'),
});

export const pages = [clusters] as const;

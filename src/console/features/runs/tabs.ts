// Tab of a plugin's page with its runs.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { recentDeploymentsQuery } from '../../data/plugin-history.ts';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import { plugin } from '../../routes/plugin.ts';
import { pluginRunsQuery, runSearch } from './data/run-queries.ts';

const pluginRuns = createRoute({
  getParentRoute: () => plugin,
  path: 'runs',
  staticData: { tab: 'Runs' },
  validateSearch: z.object({ ...tableSearch, ...runSearch }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { queries }, params: { namespace, name }, deps: { status } }) => {
    void queries.prefetchInfiniteQuery(pluginRunsQuery(namespace, name, status));
    void queries.prefetchQuery(recentDeploymentsQuery(namespace, name));
  },
  component: lazyPage(() => import('./plugin-runs.tsx'), 'PluginRunsPage'),
});

export const tabs = [pluginRuns] as const;

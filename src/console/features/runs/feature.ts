// Declares what the console shows of runs.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../connection/load-code.ts';
import { recentDeploymentsQuery } from '../../data/plugin-history.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, EventGroup } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { plugin } from '../../routes/plugin.ts';
import { pluginRunsQuery, runQuery, runSearch, runsQuery } from './data/run-queries.ts';

const runs = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/runs',
  staticData: { title: 'Runs', menu: { in: 'Runs', order: 1, scope: 'plugins:invoke', keys: 'r' } },
  validateSearch: z.object({ ...tableSearch, ...runSearch }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { queries }, params: { namespace }, deps: { status } }) =>
    void queries.prefetchInfiniteQuery(runsQuery(namespace, status)),
  component: lazyPage(() => import('./runs.tsx'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/runs/$run',
  staticData: { title: 'Run', under: '/n/$namespace/runs' },
  loader: ({ context: { queries }, params }) => void queries.prefetchQuery(runQuery(params.namespace, params.run)),
  component: lazyPage(() => import('./run.tsx'), 'RunPage'),
});

export const pages = [runs, run] as const;

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

const eventFilters: readonly EventGroup[] = [{ group: 'run.', after: 'push.' }];

export const feature: ConsoleFeature = { eventFilters };

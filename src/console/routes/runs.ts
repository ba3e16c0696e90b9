// Pages of the runs of a namespace.
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import { z } from 'zod/mini';
import { runQuery, runSearch, runsQuery } from '../data/runs/run-queries.ts';
import { tableSearch } from '../parts/table-view.ts';
import { signedIn } from './frame.tsx';

const runs = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/runs',
  staticData: { title: 'Runs', menu: { group: '', order: 4, icon: ListChecks, scope: 'plugins:invoke', keys: 'r' } },
  validateSearch: z.object({ ...tableSearch, ...runSearch }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { queries }, params: { namespace }, deps: { status } }) =>
    void queries.prefetchInfiniteQuery(runsQuery(namespace, status)),
  component: lazyRouteComponent(() => import('../pages/runs/runs.tsx'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/runs/$run',
  staticData: { title: 'Run', under: '/n/$namespace/runs' },
  loader: ({ context: { queries }, params }) => void queries.prefetchQuery(runQuery(params.namespace, params.run)),
  component: lazyRouteComponent(() => import('../pages/runs/run.tsx'), 'RunPage'),
});

export const runRoutes = [runs, run] as const;

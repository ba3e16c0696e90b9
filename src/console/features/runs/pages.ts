// Pages of a namespace's runs.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import { signedIn } from '../../routes/frame.tsx';
import { runQuery, runSearch, runsQuery } from './data/run-queries.ts';

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

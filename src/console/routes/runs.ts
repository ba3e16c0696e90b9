// Pages about work that outlasts its request: a namespace's runs, and later calls.
import { createRoute } from '@tanstack/react-router';
import { Clock, ListChecks } from 'lucide-react';
import { z } from 'zod/mini';
import { laterCallQuery, laterCallSearch, laterCallsQuery } from '../data/calls/later-calls.ts';
import { namespacesQuery } from '../data/queries.ts';
import { runQuery, runSearch, runsQuery } from '../data/runs/run-queries.ts';
import { lazyPage } from '../parts/connection/load-code.ts';
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
  component: lazyPage(() => import('../pages/runs/runs.tsx'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/runs/$run',
  staticData: { title: 'Run', under: '/n/$namespace/runs' },
  loader: ({ context: { queries }, params }) => void queries.prefetchQuery(runQuery(params.namespace, params.run)),
  component: lazyPage(() => import('../pages/runs/run.tsx'), 'RunPage'),
});

const laterCalls = createRoute({
  getParentRoute: () => signedIn,
  path: '/calls',
  staticData: { title: 'Later calls', menu: { group: '', order: 5, icon: Clock, scope: 'plugins:invoke', keys: 'c' } },
  validateSearch: z.object({ ...tableSearch, ...laterCallSearch }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { queries }, deps: { status } }) => {
    void queries.prefetchInfiniteQuery(laterCallsQuery(status));
    void queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(() => import('../pages/later-calls/later-calls.tsx'), 'LaterCallsPage'),
});

const laterCall = createRoute({
  getParentRoute: () => signedIn,
  path: '/calls/$call',
  staticData: { title: 'Later call', under: '/calls' },
  loader: ({ context: { queries }, params: { call } }) => void queries.prefetchQuery(laterCallQuery(call)),
  component: lazyPage(() => import('../pages/later-calls/later-call.tsx'), 'LaterCallPage'),
});

export const runRoutes = [runs, run, laterCalls, laterCall] as const;

// Pages of later calls.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../connection/load-code.ts';
import { laterCallQuery, laterCallSearch, laterCallsQuery } from '../data/calls/later-calls.ts';
import { namespacesQuery } from '../data/queries.ts';
import { tableSearch } from '../parts/table-view.ts';
import { signedIn } from './frame.tsx';

const laterCalls = createRoute({
  getParentRoute: () => signedIn,
  path: '/calls',
  staticData: { title: 'Later calls', menu: { in: 'Runs', order: 2, scope: 'plugins:invoke', keys: 'c' } },
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

export const laterCallRoutes = [laterCalls, laterCall] as const;

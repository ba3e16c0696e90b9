// The page with the output of a namespace's plugins.
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../connection/load-code.ts';
import { logSearch, namespaceLogsQuery } from '../data/logs/namespace-logs.ts';
import { signedIn } from './frame.tsx';

const logs = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/logs',
  staticData: { title: 'Logs', menu: { in: 'Logs', order: 1, keys: 'l' } },
  validateSearch: logSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context: { queries }, params: { namespace }, deps }) =>
    void queries.prefetchInfiniteQuery(namespaceLogsQuery(namespace, deps)),
  component: lazyPage(() => import('../pages/logs/logs.tsx'), 'LogsPage'),
});

export const logRoutes = [logs] as const;

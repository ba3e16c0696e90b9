// Starts the console: the router with its pages, and the cache of API responses.
import { focusManager, MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError, ConnectionError } from '../client/errors.ts';
import { takeLinkFromAddress } from './data/session.ts';
import { features } from './features.gen.ts';
import { followAccount } from './parts/frame/account.ts';
import { applyTheme } from './parts/frame/theme.ts';
import { added, addFeatures } from './points.ts';
import { loadCurrentPage, makeRouter } from './router.tsx';

addFeatures(features);
applyTheme();
takeLinkFromAddress();
for (const { takeLinkFromAddress } of added('signIns')) takeLinkFromAddress();

/**
 * Reads the session again if a request is refused. It may have ended, another tab may have signed this browser in as someone else, or
 * the person's role has changed. A request that was sent just before a switch of organizations is refused, too.
 */
function onError(error: Error): void {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) void followAccount(queries, router);
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The client already retries requests that are safe to retry.
      retry: false,
      throwOnError: (error) => error instanceof ApiError && error.status === 401,
    },
  },
});
const router = makeRouter(queries);
focusManager.subscribe((isFocused) => {
  if (isFocused) void followAccount(queries, router);
});
loadCurrentPage(router);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** Logs the page's own faults. The page shows error responses from the server. */
function onCaughtError(error: unknown): void {
  if (!(error instanceof ApiError) && !(error instanceof ConnectionError)) console.error(error);
}

const root = document.getElementById('console');
if (root)
  createRoot(root, { onCaughtError }).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );

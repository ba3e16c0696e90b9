// Starts the console: the router with its pages, and the cache of what the API returned.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from '../client/errors.ts';
import { openLinkOfAddress } from './data/session.ts';
import { applyTheme } from './parts/theme.tsx';
import { makeRouter } from './router.tsx';

applyTheme();
await openLinkOfAddress();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // The client repeats what is safe to repeat. What is left is an answer, or no connection.
      retry: false,
      throwOnError: (error) => error instanceof ApiError && error.status === 401,
    },
  },
});
const router = makeRouter(queries);

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

const root = document.getElementById('console');
if (root)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );

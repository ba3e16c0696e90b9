// Pages of waivers.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import { signedIn } from '../../routes/frame.tsx';
import { waiverStates, waiversQuery } from './queries.ts';

const waivers = createRoute({
  getParentRoute: () => signedIn,
  path: '/waivers',
  staticData: { title: 'Waivers', menu: { in: 'Policy', order: 2, scope: 'policy:admin' } },
  validateSearch: z.object({ ...tableSearch, status: z.catch(z.optional(z.enum(waiverStates)), undefined) }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context, deps: { status } }) => {
    void context.queries.prefetchInfiniteQuery(waiversQuery(status));
  },
  component: lazyPage(() => import('./waivers.tsx'), 'WaiversPage'),
});

export const pages = [waivers] as const;

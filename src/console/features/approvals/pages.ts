// Pages of approvals.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import { signedIn, text } from '../../routes/frame.tsx';
import { approvalsQuery } from './queries.ts';

const approvals = createRoute({
  getParentRoute: () => signedIn,
  path: '/approvals',
  staticData: {
    title: 'Approvals',
    menu: { in: 'Deployments', order: 2, scope: 'plugins:read' },
  },
  validateSearch: z.object({ ...tableSearch, of: text, plugin: text }),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(approvalsQuery);
  },
  component: lazyPage(() => import('./approvals.tsx'), 'ApprovalsPage'),
});

export const pages = [approvals] as const;

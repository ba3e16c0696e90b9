// Declares what the console shows of approvals.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, StagedLink } from '../../points.ts';
import { signedIn, text } from '../../routes/frame.tsx';
import { ApprovalLink } from './approval-link.tsx';
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

const stagedLinks: readonly StagedLink[] = [{ name: 'approvals', Link: ApprovalLink }];

export const feature: ConsoleFeature = { stagedLinks };

// Declares what the console shows of grants.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage, lazyPart } from '../../connection/load-code.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, PermissionAction } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { grantsQuery } from './queries.ts';

const grants = createRoute({
  getParentRoute: () => signedIn,
  path: '/grants',
  staticData: { title: 'Grants', menu: { in: 'Policy', order: 3, scope: 'policy:admin' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(grantsQuery);
    void context.queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(() => import('./grants.tsx'), 'GrantsPage'),
});

export const pages = [grants] as const;

const permissionActions: readonly PermissionAction[] = [
  { name: 'grant', scope: 'policy:admin', Action: lazyPart(() => import('./new-grant.tsx')) },
];

export const feature: ConsoleFeature = { permissionActions };

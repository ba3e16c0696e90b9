// Declares what the console shows of private sources.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, EventGroup } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { sourcesQuery } from './queries.ts';

const sources = createRoute({
  getParentRoute: () => signedIn,
  path: '/sources',
  staticData: {
    title: 'Private sources',
    menu: { in: 'Secrets', order: 2, scope: 'sources:admin' },
  },
  validateSearch: z.object(tableSearch),
  loader: ({ context }) => {
    void context.queries.prefetchInfiniteQuery(sourcesQuery);
  },
  component: lazyPage(() => import('./sources.tsx'), 'SourcesPage'),
});

export const pages = [sources] as const;

const eventFilters: readonly EventGroup[] = [{ group: 'source.', after: 'secret.' }];

export const feature: ConsoleFeature = { eventFilters };

// Declares what the console shows of models.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage, lazyPart, preload } from '../../connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, EventGroup, NeededPart } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { modelsQuery } from './queries.ts';

const models = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/models',
  staticData: { title: 'Models', menu: { in: 'Plugins', order: 3, keys: 'm' } },
  validateSearch: z.object(tableSearch),
  loader: ({ context, params: { namespace } }) => {
    void context.queries.prefetchInfiniteQuery(modelsQuery(namespace));
  },
  component: lazyPage(() => import('./models.tsx'), 'ModelsPage'),
});

export const pages = [models] as const;

const load = () => import('./needed-models.tsx');

const needs: readonly NeededPart[] = [
  {
    name: 'models',
    after: 'secrets',
    load: (queries, namespace) => {
      preload(load);
      void queries.prefetchInfiniteQuery(modelsQuery(namespace));
    },
    Part: lazyPart(load),
  },
];

const eventFilters: readonly EventGroup[] = [{ group: 'model.', after: 'source.' }];

export const feature: ConsoleFeature = { needs, eventFilters };

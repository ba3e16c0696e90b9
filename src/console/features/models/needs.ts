// Adds models to what a version asks for.

import { lazyPart, preload } from '../../parts/connection/load-code.ts';
import type { NeededPart } from '../../points/needed-part.ts';
import { modelsQuery } from './queries.ts';

const load = () => import('./needed-models.tsx');

export const needs: readonly NeededPart[] = [
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

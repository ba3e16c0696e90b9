// Adds secrets to what a version asks for.

import { lazyPart, preload } from '../../parts/connection/load-code.ts';
import type { NeededPart } from '../../points/needed-part.ts';
import { secretsQuery } from './queries.ts';

const load = () => import('./needed-secrets.tsx');

export const needs: readonly NeededPart[] = [
  {
    name: 'secrets',
    after: '',
    load: (queries, namespace) => {
      preload(load);
      void queries.prefetchInfiniteQuery(secretsQuery(namespace));
    },
    Part: lazyPart(load),
  },
];

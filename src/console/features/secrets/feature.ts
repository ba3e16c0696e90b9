// Declares what the console shows of secrets.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage, lazyPart, preload } from '../../connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, EventGroup, NeededPart } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { secretsQuery } from './queries.ts';
import { setAction } from './set-action.ts';

const secrets = createRoute({
  getParentRoute: () => signedIn,
  path: '/n/$namespace/secrets',
  staticData: { title: 'Secrets', menu: { in: 'Secrets', order: 1 }, action: setAction },
  validateSearch: z.object(tableSearch),
  loader: ({ context, params: { namespace } }) => {
    void context.queries.prefetchInfiniteQuery(secretsQuery(namespace));
  },
  component: lazyPage(() => import('./secrets.tsx'), 'SecretsPage'),
});

export const pages = [secrets] as const;

const load = () => import('./needed-secrets.tsx');

const needs: readonly NeededPart[] = [
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

const eventFilters: readonly EventGroup[] = [{ group: 'secret.', after: 'scan_policy.' }];

export const feature: ConsoleFeature = { needs, eventFilters };

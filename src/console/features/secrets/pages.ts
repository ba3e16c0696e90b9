// Page of a namespace's secrets.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
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

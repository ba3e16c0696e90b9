// Page of a namespace's models.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage } from '../../parts/connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
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

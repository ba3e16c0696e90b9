// Declares what the console shows of deploy hooks.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { pushStates } from '../../../contract/features/deploy-hooks/states.ts';
import { lazyPage, lazyPart, preload } from '../../connection/load-code.ts';
import { namespacesQuery } from '../../data/queries.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, EventGroup, SettingsPanel } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { hookQuery, hooksQuery, pushesQuery } from './queries.ts';

const hooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/deploy-hooks',
  staticData: {
    title: 'Deploy hooks',
    menu: { in: 'Deployments', order: 3, scope: 'plugins:deploy', keys: 'h' },
  },
  validateSearch: z.object(tableSearch),
  loader: ({ context: { queries } }) => {
    void queries.prefetchInfiniteQuery(hooksQuery);
    void queries.prefetchQuery(namespacesQuery);
  },
  component: lazyPage(() => import('./hooks.tsx'), 'HooksPage'),
});

const hook = createRoute({
  getParentRoute: () => signedIn,
  path: '/deploy-hooks/$hook',
  staticData: { title: 'Deploy hook', under: '/deploy-hooks' },
  validateSearch: z.object({ ...tableSearch, status: z.catch(z.optional(z.enum(pushStates)), undefined) }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context: { queries }, params: { hook: id }, deps: { status } }) => {
    void queries.prefetchQuery(hookQuery(id));
    void queries.prefetchInfiniteQuery(pushesQuery(id, status));
  },
  component: lazyPage(() => import('./hook.tsx'), 'HookPage'),
});

export const pages = [hooks, hook] as const;

const load = () => import('./plugin-hooks.tsx');

const panels: readonly SettingsPanel[] = [
  {
    name: 'deploy-hooks',
    after: 'waivers',
    scope: 'plugins:deploy',
    load: (queries) => {
      preload(load);
      void queries.prefetchInfiniteQuery(hooksQuery);
    },
    Panel: lazyPart(load),
  },
];

const eventFilters: readonly EventGroup[] = [
  { group: 'push.', after: 'pointer.' },
  { group: 'deploy_hook.', after: 'oidc.' },
];

export const feature: ConsoleFeature = { panels, eventFilters };

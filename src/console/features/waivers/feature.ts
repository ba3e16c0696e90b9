// Declares what the console shows of waivers.
import { createRoute } from '@tanstack/react-router';
import { z } from 'zod/mini';
import { lazyPage, lazyPart, preload } from '../../connection/load-code.ts';
import { tableSearch } from '../../parts/table-view.ts';
import type { ConsoleFeature, FindingPart, SettingsPanel } from '../../points.ts';
import { signedIn } from '../../routes/frame.tsx';
import { pluginWaiversQuery, waiverStates, waiversQuery } from './queries.ts';

const waivers = createRoute({
  getParentRoute: () => signedIn,
  path: '/waivers',
  staticData: { title: 'Waivers', menu: { in: 'Policy', order: 2, scope: 'policy:admin' } },
  validateSearch: z.object({ ...tableSearch, status: z.catch(z.optional(z.enum(waiverStates)), undefined) }),
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ context, deps: { status } }) => {
    void context.queries.prefetchInfiniteQuery(waiversQuery(status));
  },
  component: lazyPage(() => import('./waivers.tsx'), 'WaiversPage'),
});

export const pages = [waivers] as const;

const load = () => import('./plugin-waivers.tsx');

const panels: readonly SettingsPanel[] = [
  {
    name: 'waivers',
    scope: 'policy:admin',
    after: '',
    load: (queries, plugin) => {
      preload(load);
      void queries.prefetchQuery(pluginWaiversQuery(plugin));
    },
    Panel: lazyPart(load),
  },
];

const loadPart = () => import('./finding-waiver.tsx');

const findingParts: readonly FindingPart[] = [
  { name: 'waiver', load: () => preload(loadPart), Part: lazyPart(loadPart) },
];

export const feature: ConsoleFeature = { panels, findingParts };

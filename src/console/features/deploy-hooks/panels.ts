// Adds a plugin's deploy hooks to its settings.
import { lazyPart, preload } from '../../parts/connection/load-code.ts';
import type { SettingsPanel } from '../../points/settings-panel.ts';
import { hooksQuery } from './queries.ts';

const load = () => import('./plugin-hooks.tsx');

export const panels: readonly SettingsPanel[] = [
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

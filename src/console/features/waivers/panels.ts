// Adds a plugin's waivers to its settings.
import { lazyPart, preload } from '../../parts/connection/load-code.ts';
import type { SettingsPanel } from '../../points/settings-panel.ts';
import { pluginWaiversQuery } from './queries.ts';

const load = () => import('./plugin-waivers.tsx');

export const panels: readonly SettingsPanel[] = [
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

// Adds the search to the palette and to the plugins page.
import { lazyPart } from '../../parts/connection/load-code.ts';
import type { PluginFinder } from '../../points/plugin-finder.ts';

export const finders: readonly PluginFinder[] = [
  {
    name: 'search',
    find: async (asked) => (await import('./found-choices.ts')).findChoices(asked),
    Results: lazyPart(() => import('./found-plugins.tsx')),
  },
];

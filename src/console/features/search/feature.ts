// Declares what the console shows of the search.
import { lazyPart } from '../../connection/load-code.ts';
import type { ConsoleFeature, PluginFinder } from '../../points.ts';

const finders: readonly PluginFinder[] = [
  {
    name: 'search',
    find: async (asked) => (await import('./found-choices.ts')).findChoices(asked),
    Results: lazyPart(() => import('./found-plugins.tsx')),
  },
];

export const feature: ConsoleFeature = { finders };

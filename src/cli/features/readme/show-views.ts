// Lists what `slipway show` can print of a version's README.
import type { ShowView } from '../../show-view.ts';

export const options = { '--readme': { description: 'print its README instead', conflicts: 'advisories' } } as const;

export const views: readonly ShowView[] = [
  { option: 'readme', show: async (plugin) => (await import('./readme.ts')).readmeResult(plugin) },
];

// Declares what `slipway show` prints of a version's README.
import { defineCliFeature } from '../../command/context.ts';

export const feature = defineCliFeature({
  views: [
    {
      option: 'readme',
      definition: { '--readme': { description: 'print its README instead', conflicts: 'advisories' } },
      show: async (plugin) => (await import('./readme.ts')).readmeResult(plugin),
    },
  ],
});

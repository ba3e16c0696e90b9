// The console's page of grants.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'grants', path: '/grants', shown: 'No grants yet', command: 'grants list' },
];

export const ids: FeaturePages['ids'] = async () => ({});

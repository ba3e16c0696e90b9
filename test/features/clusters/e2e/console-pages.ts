// The console's page of builders and clusters.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  {
    name: 'clusters',
    path: '/clusters',
    shown: 'No Ray cluster',
    command: 'api GET /v1/clusters',
  },
];

export const ids: FeaturePages['ids'] = async () => ({});

// The console's page of a README.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  {
    name: 'plugin-readme',
    path: '/n/{namespace}/plugins/spare/readme',
    shown: 'It learns',
    command: 'show spare@1.0.0 --readme',
  },
];

export const ids: FeaturePages['ids'] = async () => ({});

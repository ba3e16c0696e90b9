// The console's page of models.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'models', path: '/n/{namespace}/models', shown: 'No models yet', command: 'models list' },
];

export const ids: FeaturePages['ids'] = async () => ({});

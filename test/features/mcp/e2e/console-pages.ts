// The console's page that connects agents.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'tools', path: '/n/{namespace}/tools', shown: 'No sets yet', command: 'tools list' },
];

export const ids: FeaturePages['ids'] = async () => ({});

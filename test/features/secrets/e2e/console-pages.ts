// The console's page of secrets.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'secrets', path: '/n/{namespace}/secrets', shown: 'No secrets yet', command: 'secrets list' },
];

export const ids: FeaturePages['ids'] = async () => ({});

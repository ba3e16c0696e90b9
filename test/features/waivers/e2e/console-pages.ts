// The console's page of waivers.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'waivers', path: '/waivers', shown: 'No waiver yet', command: 'waivers list' },
];

export const ids: FeaturePages['ids'] = async () => ({});

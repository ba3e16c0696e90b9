// The console's page of approvals.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'approvals', path: '/approvals', shown: 'No version waits for approval', command: 'approvals' },
];

export const ids: FeaturePages['ids'] = async () => ({});

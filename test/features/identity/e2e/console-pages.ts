// The console's pages of people.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'members', path: '/members', shown: 'Nobody can sign in yet', command: 'members list' },
  { name: 'cli-sign-in', path: `/cli-sign-in?name=laptop&code_challenge=${'c'.repeat(43)}`, shown: 'with the API key' },
];

export const ids: FeaturePages['ids'] = async () => ({});

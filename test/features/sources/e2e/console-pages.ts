// The console's pages of private sources.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'sources', path: '/sources', shown: 'git.example.com/acme', command: 'sources list' },
];

export const ids: FeaturePages['ids'] = async (_, client) => {
  await client.post('/v1/sources', {
    body: {
      source: 'git.example.com/acme',
      username: 'deployer',
      token: 'a-token',
      go_modules: true,
      expires_at: inDays(5),
    },
  });
  return {};
};

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

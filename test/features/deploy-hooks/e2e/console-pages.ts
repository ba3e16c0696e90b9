// The console's pages of deploy hooks.
import type { ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  { name: 'deploy-hooks', path: '/deploy-hooks', shown: 'echo', command: 'hooks list' },
  {
    name: 'deploy-hook',
    path: '/deploy-hooks/{hook}',
    shown: 'No push has arrived yet',
    command: 'hooks deliveries {hook}',
  },
];

const hookOfEcho = {
  kind: 'extractor',
  plugin: 'echo',
  provider: 'github',
  repository: 'https://github.com/example/plugins',
} as const;

export const ids: FeaturePages['ids'] = async ({ local }, client) => {
  const { hook_id } = await client.post('/v1/deploy-hooks', {
    body: { ...hookOfEcho, branches: ['main'], namespace_id: local.namespace_id },
  });
  return { hook: hook_id };
};

// The console's pages of agent plugins.
import type { ActsAtOnce, ConsolePage, FeaturePages } from '../../../console/pages.ts';

export const pages: readonly ConsolePage[] = [
  {
    name: 'agent',
    path: '/n/{namespace}/agents/weather-agent',
    shown: 'Registered checksum',
    command: 'api GET /api/v1/plugins/by-name/weather-agent',
  },
];

export const atOnce: readonly ActsAtOnce[] = [['agent', 'Verify', 'api POST /api/v1/plugins/{agent}/verify']];

/** An agent plugin whose artifact can't be fetched. */
const agent = {
  name: 'weather-agent',
  version: '1.0.0',
  pluginType: 'metric',
  pluginRuntime: 'go',
  configSchema: '{}',
  artifactUrl: 'http://127.0.0.1:9/weather.tar.gz',
  checksum: `sha256:${'0'.repeat(64)}`,
} as const;

export const ids: FeaturePages['ids'] = async (_scene, client) => {
  const { id } = await client.post('/api/v1/plugins', { body: agent });
  return { agent: id };
};

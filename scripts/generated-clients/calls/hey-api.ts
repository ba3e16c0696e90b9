// Calls one operation per surface with the @hey-api/openapi-ts client. This file is copied next to the client. Prints the results as
// JSON.
import { client } from './client.gen';
import {
  callPipelinePlugin,
  callStoragePlugin,
  createOrganizationPluginUpload,
  createPluginUpload,
  registerPlugin,
} from './sdk.gen';

const { SLIPWAY_BASE_URL = '', SLIPWAY_API_KEY = '', SLIPWAY_NAMESPACE = '' } = process.env;
client.setConfig({ baseUrl: SLIPWAY_BASE_URL, auth: SLIPWAY_API_KEY, throwOnError: true });
const strict = { throwOnError: true } as const;

const upload = { name: 'sample', version: '1.0.0' };
const namespaced = await createPluginUpload({ ...strict, path: { namespace_id: SLIPWAY_NAMESPACE }, body: upload });
const organization = await createOrganizationPluginUpload({ ...strict, body: upload });
const execute = { method: 'execute', params: { action: 'count_words', params: { text: 'two words' } } };
const pipeline = await callPipelinePlugin({ ...strict, path: { name: 'sample-pipeline' }, body: execute });
const storage = await callStoragePlugin({ ...strict, path: { name: 'sample-storage' }, body: { method: 'health' } });
const agent = await registerPlugin({
  ...strict,
  body: {
    name: 'sample-agent',
    version: '1.0.0',
    pluginType: 'log',
    artifactUrl: 'https://artifacts.example.com/sample-1.0.0.tar.gz',
    checksum: `sha256:${'0'.repeat(64)}`,
  },
});

const results = {
  namespaced: namespaced.data.plugin_id,
  organization: organization.data.plugin_id,
  pipeline: pipeline.data.result,
  storage: storage.data.result,
  agent: `${agent.data.name} ${agent.data.version}`,
};
process.stdout.write(JSON.stringify(results));

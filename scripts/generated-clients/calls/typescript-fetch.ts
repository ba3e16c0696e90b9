// Calls one operation per surface with openapi-generator's typescript-fetch client. This file is copied next to the client. Prints the
// results as JSON.
import {
  AgentPluginsApi,
  Configuration,
  OrganizationPluginsApi,
  PipelinePluginsApi,
  PluginsApi,
  RegisterPluginRequestPluginTypeEnum,
  StoragePluginsApi,
} from './index';

const { SLIPWAY_BASE_URL = '', SLIPWAY_API_KEY = '', SLIPWAY_NAMESPACE = '' } = process.env;
const configuration = new Configuration({ basePath: SLIPWAY_BASE_URL, accessToken: SLIPWAY_API_KEY });

const pluginUploadRequest = { name: 'sample', version: '1.0.0' };
const namespaced = await new PluginsApi(configuration).createPluginUpload({
  namespaceId: SLIPWAY_NAMESPACE,
  pluginUploadRequest,
});
const organization = await new OrganizationPluginsApi(configuration).createOrganizationPluginUpload({
  pluginUploadRequest,
});
const pipeline = await new PipelinePluginsApi(configuration).callPipelinePlugin({
  name: 'sample-pipeline',
  callPipelinePluginRequest: {
    method: 'execute',
    params: { action: 'count_words', params: { text: 'two words' } },
  },
});
const storage = await new StoragePluginsApi(configuration).callStoragePlugin({
  name: 'sample-storage',
  callStoragePluginRequest: { method: 'health' },
});
const agent = await new AgentPluginsApi(configuration).registerPlugin({
  registerPluginRequest: {
    name: 'sample-agent',
    version: '1.0.0',
    pluginType: RegisterPluginRequestPluginTypeEnum.Log,
    artifactUrl: 'https://artifacts.example.com/sample-1.0.0.tar.gz',
    checksum: `sha256:${'0'.repeat(64)}`,
  },
});

const results = {
  namespaced: namespaced.pluginId,
  organization: organization.pluginId,
  pipeline: pipeline.result,
  storage: storage.result,
  agent: `${agent.name} ${agent.version}`,
};
process.stdout.write(JSON.stringify(results));

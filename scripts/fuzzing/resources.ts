// Creates the resources that a schemathesis run needs, and returns the settings through which schemathesis.toml refers to them.
// Resources that requests delete or change permanently, such as a namespace, are created only for those requests.
import { randomUUID } from 'node:crypto';
import type { SlipwayClient } from '../../src/client/client.ts';
import { publish } from '../../src/client/publish.ts';
import { ExtractorClient, waitUntilSettled } from '../demo/extractor-client.ts';
import type { Local } from '../local/organization.ts';

export interface FuzzedServer {
  local: Local;
  client: SlipwayClient;
  /** Responds to all webhooks with 204. */
  receiverUrl: string;
  archive: Blob;
}

type Settings = Record<string, string>;

export const pluginName = 'text_profile';
const liveMs = 300_000;

/** Makes every name new, so that a run can be repeated on one server. */
const suffix = randomUUID().slice(0, 8);

/**
 * Publishes three versions of the plugin, for the namespace and for the organization, and deploys one of them. Slipway assigns the
 * version numbers except for the first.
 */
export async function createPlugins({ local, client, archive }: FuzzedServer): Promise<Settings> {
  const { namespace_id: namespaceId } = local;
  for (const owner of [{ namespaceId }, {}]) {
    const request = { ...owner, name: pluginName, archive };
    for (const version of [{ version: '1.0.0' }, {}, {}]) await publish(client, { ...request, ...version });
  }
  const plugins = new ExtractorClient(local);
  const { deployment_id: deployment } = await plugins.deploy(`${pluginName}_1_0_1`);
  await waitUntilSettled(plugins, `${pluginName}_1_0_1`, liveMs);
  const upload = await client.post('/v1/namespaces/{namespace_id}/plugins/uploads', {
    path: { namespace_id: namespaceId },
    body: { name: pluginName, version: '2.0.0', file_size_bytes: archive.size },
  });
  const shared = await client.post('/v1/plugins/uploads', {
    body: { name: pluginName, version: '2.0.0', file_size_bytes: archive.size },
  });
  const call = await client.later('/v1/namespaces/{namespace_id}/plugins/{plugin_id}/realtime/test', {
    path: { namespace_id: namespaceId, plugin_id: `${pluginName}_1_0_1` },
    body: { inputs: { text: 'A text' } },
  });
  const uploads = { UPLOAD: upload.upload_id, ORGANIZATION_UPLOAD: shared.upload_id };
  return { DEPLOYMENT: String(deployment), CALL: call.call_id, ...uploads };
}

export async function createNamespaces({ client }: FuzzedServer): Promise<Settings> {
  const created = async (namespace_name: string) => {
    const feature_extractors = [{ feature_extractor_name: 'text', version: '1.0.0' }];
    const { namespace_id } = await client.post('/v1/namespaces', { body: { namespace_name, feature_extractors } });
    return namespace_id;
  };
  return { SPARE_NAMESPACE: await created(`spare_${suffix}`), DELETED_NAMESPACE: await created(`deleted_${suffix}`) };
}

/** Creates keys to rotate and to revoke. Otherwise, the run would pick its own key from the list and lock itself out. */
export async function createKeys({ client }: FuzzedServer): Promise<Settings> {
  const created = async (name: string) =>
    (await client.post('/v1/keys', { body: { name, scopes: ['plugins:read'] } })).key_id;
  return { SPARE_KEY: await created('spare'), REVOKED_KEY: await created('revoked') };
}

export async function createOrganization(operator: SlipwayClient): Promise<Settings> {
  const { organization_id } = await operator.post('/v1/admin/organizations', { body: { name: `fuzzed_${suffix}` } });
  return { ORGANIZATION: organization_id };
}

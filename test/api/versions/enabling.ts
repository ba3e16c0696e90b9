// Enables plugins of an organization in its namespaces.
import type { Client } from '../../support/client.ts';
import { type PluginOptions, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { namespaceIn, type Organization, organization, pluginsOf } from '../../support/scenes/organization.ts';

export const id = 'hello_ext_1_0_0';

export const feature_uri = 'mixpeek://hello_ext@1.0.0/hello_ext_vector';

/** Creates an organization with organization plugins, none enabled in the namespace. */
export async function publishing(...versions: PluginOptions[]): Promise<Organization> {
  const org = await organization();
  for (const options of versions) await publish({ ...org, plugins: '/v1/plugins' }, plugin(options));
  return org;
}

export function enable(org: Client & { plugins: string }, body?: unknown, pluginId = id) {
  return org.post(`${org.plugins}/org/${pluginId}/enable`, body);
}

export function disable(org: Client & { plugins: string }, pluginId = id) {
  return org.post(`${org.plugins}/org/${pluginId}/disable`);
}

export async function elsewhere(org: Organization): Promise<Organization> {
  const namespaceId = await namespaceIn(org, 'elsewhere');
  return { ...org, namespaceId, plugins: pluginsOf(namespaceId) };
}

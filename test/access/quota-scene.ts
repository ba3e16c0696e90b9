// An organization whose quotas the operator sets.
import type { QuotaResource } from '../../src/contract/limits/quotas.ts';
import { type Answer, clientOf } from '../support/client.ts';
import { testApp } from '../support/deps.ts';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

export const app = testApp({ queues: losingQueues().queues });

export const operator = clientOf(adminAuthorization, app.fetch);

export async function acme(): Promise<Organization> {
  return organization({ fetch: app.fetch });
}

export function setQuotas(
  { id }: Organization,
  quotas: Partial<Record<QuotaResource, number | null>>,
): Promise<Answer> {
  return operator.send('PATCH', `/v1/admin/organizations/${id}/quotas`, { body: quotas });
}

export async function usageOf({ id }: Organization, resource: QuotaResource): Promise<unknown> {
  return Object((await operator.get(`/v1/admin/organizations/${id}`)).body).quotas[resource];
}

/** Publishes a deployable realtime version. Returns its path. */
export async function deployable(org: Organization, name: string, version = '1.0.0'): Promise<string> {
  const { plugin_id } = await publish(org, plugin({ name, version, realtime: true }));
  return `${org.plugins}/${plugin_id}`;
}

/** Publishes a plugin that declares its number of instances. */
export async function scaled(org: Organization, name: string, instances: string, version = '1.0.0'): Promise<string> {
  const files = { 'manifest.py': manifest({ name, version, extra: `serve_config = {"instances": ${instances}}\n` }) };
  const { plugin_id } = await publish(org, plugin({ name, version, realtime: true, files }));
  return `${org.plugins}/${plugin_id}`;
}

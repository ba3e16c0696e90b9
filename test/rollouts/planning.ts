// Deployments with plans.
import { testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

export const app = testApp({ queues: losingQueues().queues });

export const id = 'hello_ext_1_0_0';

export async function published(zip = plugin({ realtime: true })): Promise<Organization> {
  const org = await organization({ fetch: app.fetch });
  await publish(org, zip);
  return org;
}

export const setDefault = (org: Organization, default_release: unknown) =>
  org.patch(`/v1/namespaces/${org.namespaceId}`, { default_release });

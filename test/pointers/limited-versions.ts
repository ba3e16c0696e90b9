// A plugin with several live versions.
import { testApp } from '../support/deps.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import type { Organization } from '../support/scenes/organization.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

export const app = testApp({ queues: losingQueues().queues });

/** Publishes and deploys 1.0.0, 1.0.1 and so on. They are batch-only, so no instance is needed. */
export async function deployed(org: Organization, count: number, first = 0): Promise<void> {
  for (let patch = first; patch < first + count; patch++) {
    const { plugin_id } = await publish(org, plugin({ version: `1.0.${patch}` }));
    await org.post(`${org.plugins}/${plugin_id}/deploy`);
    await app.settled();
  }
}

export async function live(org: Organization): Promise<{ serving: string | null; live: string[] }> {
  const { serving_version, results } = Object((await org.get(`${org.plugins}/by-name/hello_ext/versions`)).body);
  const deployedVersions = results.filter((item: { deployed: boolean }) => item.deployed);
  return { serving: serving_version, live: deployedVersions.map(({ version }: { version: string }) => version) };
}

export function keep(org: Organization, count: number) {
  return org.post(`${org.plugins}/by-name/hello_ext/undeploy`, { keep: count });
}
